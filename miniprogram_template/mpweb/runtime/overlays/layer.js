import { createElement } from '../dom.js'

const FOCUSABLE = 'button, input, select, textarea, [tabindex="0"]'

/** @type {(() => void)[]} how to close what is open, the uppermost last */
const open = []
let watch = (/** @type {number} */ _count) => {}

/** @param {(count: number) => void} listener told how many layers are open whenever one opens or closes */
export function watchLayers(listener) {
  watch = listener
}

/** Closes the uppermost layer as Escape does. @returns {boolean} false when none is open */
export function closeTopLayer() {
  open.at(-1)?.()
  return open.length > 0
}

/** Closes them as one. */
export function closeAllLayers() {
  const listener = watch
  watch = () => {}
  while (closeTopLayer());
  watch = listener
}

/**
 * Shows something over everything until it is closed, keeps the focus inside and gives it back afterwards.
 * @template T
 * @param {HTMLElement} frame @param {{ label: string, className?: string, escapeValue: T }} options
 * @param {(panel: HTMLElement, close: (value: T) => void) => void} fill
 * @returns {Promise<T>}
 */
export function openLayer(frame, { label, className = '', escapeValue }, fill) {
  return new Promise((resolve) => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement)
    const { mask, panel } = createPanel(label, className)
    const escape = () => close(escapeValue)
    const close = (value) => {
      if (!open.includes(escape)) return
      open.splice(open.indexOf(escape), 1)
      mask.remove()
      before?.focus?.()
      watch(open.length)
      resolve(value)
    }
    mask.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') escape()
      if (event.key === 'Tab') keepFocusInside(mask, event)
    })
    fill(panel, close)
    open.push(escape)
    frame.append(mask)
    panel.focus()
    watch(open.length)
  })
}

function createPanel(label, className) {
  const mask = createElement('div', `mp-mask ${className}`)
  const panel = createElement('div', 'mp-panel')
  panel.setAttribute('role', 'dialog')
  panel.setAttribute('aria-modal', 'true')
  panel.setAttribute('aria-label', label)
  panel.tabIndex = -1
  mask.append(panel)
  return { mask, panel }
}

function keepFocusInside(mask, event) {
  const inside = /** @type {HTMLElement[]} */ ([...mask.querySelectorAll(FOCUSABLE)])
  const panel = mask.firstElementChild
  const [from, to] = event.shiftKey ? [inside[0], inside.at(-1)] : [inside.at(-1), inside[0]]
  const { activeElement } = document
  if (activeElement !== from && activeElement !== panel) return
  event.preventDefault()
  ;(to || panel).focus()
}
