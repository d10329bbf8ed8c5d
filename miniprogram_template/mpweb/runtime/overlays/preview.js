import { createElement } from '../dom.js'
import { openLayer } from './layer.js'

/**
 * Pictures over the whole frame, side by side; a tap closes them.
 * @param {HTMLElement} frame @param {{ urls: string[], current?: string | number }} options
 * @returns {Promise<void>} when they are closed
 */
export function previewImages(frame, { urls, current = 0 }) {
  const start = typeof current === 'number' ? current : Math.max(0, urls.indexOf(current))
  return openLayer(frame, { label: '图片预览', className: 'mp-preview', escapeValue: undefined }, (panel, close) => {
    const pictures = urls.map((src, index) =>
      Object.assign(createElement('img'), { src, alt: `${index + 1} / ${urls.length}` }),
    )
    panel.append(...pictures)
    panel.addEventListener('click', () => close(undefined))
    requestAnimationFrame(() => panel.scrollTo({ left: start * panel.clientWidth }))
  })
}
