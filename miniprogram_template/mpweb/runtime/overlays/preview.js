import { createButton, createElement } from '../dom.js'
import { openLayer } from './layer.js'

/**
 * Pictures and videos over the whole frame, side by side; a tap on a picture closes them.
 * @param {HTMLElement} frame
 * @param {{ sources: { url: string, type?: string, poster?: string }[], start: number }} options
 * @returns {Promise<void>} when they are closed
 */
export function previewMedia(frame, { sources, start }) {
  return openLayer(frame, { label: '预览', className: 'mp-preview', escapeValue: undefined }, (panel, close) => {
    const shown = sources.map((source, index) => createMedium(source, `${index + 1} / ${sources.length}`))
    const button = createButton('×', () => close(undefined), 'mp-preview-close')
    button.setAttribute('aria-label', '关闭')
    panel.append(...shown)
    panel.parentElement.append(button)
    panel.addEventListener('click', ({ target }) => {
      if (!(target instanceof HTMLVideoElement)) close(undefined)
    })
    requestAnimationFrame(() => panel.scrollTo({ left: start * panel.clientWidth }))
  })
}

/** @param {{ url: string, type?: string, poster?: string }} source @param {string} label */
function createMedium({ url, type, poster }, label) {
  if (type !== 'video') return Object.assign(createElement('img'), { src: url, alt: label })
  const video = /** @type {HTMLVideoElement} */ (createElement('video'))
  Object.assign(video, { src: url, poster: poster || '', controls: true, playsInline: true })
  video.setAttribute('aria-label', label)
  return video
}
