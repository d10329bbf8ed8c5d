import { createElement } from '../dom.js'

const SIGNS = { success: '✓', error: '✕', none: '' }
const DURATION_MS = 1500

/** Toasts and the loading sign, of which a phone shows one at a time. */
export class Toasts {
  /** @param {HTMLElement} frame */
  constructor(frame) {
    this.frame = frame
    this.node = null
    this.isLoading = false
  }

  /** @param {{ title?: string, icon?: string, image?: string, duration?: number, mask?: boolean, loading?: boolean }} options */
  show({ title = '', icon = 'success', image, duration = DURATION_MS, mask = false, loading = false }) {
    this.hide()
    this.isLoading = loading
    this.node = createElement('div', 'mp-toast-layer')
    this.node.toggleAttribute('data-mask', mask)
    const box = createElement('div', 'mp-toast')
    box.setAttribute('role', 'status')
    box.append(...signs(icon, image), createElement('span', 'mp-toast-text', title))
    this.node.append(box)
    this.frame.append(this.node)
    if (!loading) this.timer = setTimeout(() => this.hide(), duration)
  }

  /** @param {boolean} [onlyLoading] leave a toast that came meanwhile */
  hide(onlyLoading = false) {
    if (onlyLoading && !this.isLoading) return
    clearTimeout(this.timer)
    this.node?.remove()
    this.node = null
    this.isLoading = false
  }
}

function signs(icon, image) {
  if (image) return [Object.assign(createElement('img', 'mp-toast-image'), { src: image, alt: '' })]
  if (icon === 'loading') return [createElement('i', 'mp-spinner')]
  return SIGNS[icon] ? [createElement('i', 'mp-toast-sign', SIGNS[icon])] : []
}
