import { createElement } from '../dom.js'

/**
 * Shows something over everything until it is closed, and gives the focus back afterwards.
 * @template T
 * @param {HTMLElement} frame @param {{ label: string, className?: string, escapeValue: T }} options
 * @param {(panel: HTMLElement, close: (value: T) => void) => void} fill
 * @returns {Promise<T>}
 */
export function openLayer(frame, { label, className = '', escapeValue }, fill) {
  return new Promise((resolve) => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement)
    const mask = createElement('div', `mp-mask ${className}`)
    const panel = createElement('div', 'mp-panel')
    panel.setAttribute('role', 'dialog')
    panel.setAttribute('aria-modal', 'true')
    panel.setAttribute('aria-label', label)
    panel.tabIndex = -1
    const close = (value) => {
      mask.remove()
      before?.focus?.()
      resolve(value)
    }
    mask.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') close(escapeValue)
    })
    mask.append(panel)
    fill(panel, close)
    frame.append(mask)
    panel.focus()
  })
}
