import { BUILTIN_TAGS } from './builtins/tags.js'
import { convertUnits } from './units.js'

const LONG_PRESS_MS = 350
const STILL_PIXELS = 4

/** Built-ins become `wx-NAME`, or hosts like `button` and `input` would be the HTML elements of that name. */
export function installElementFactory(context) {
  const setNative = Element.prototype.setAttribute
  context.document = {
    createTextNode: (text) => document.createTextNode(text),
    createDocumentFragment: () => document.createDocumentFragment(),
    createElement(tag) {
      const node = document.createElement(BUILTIN_TAGS.has(tag) ? 'wx-' + tag : tag)
      node.setAttribute = (name, value) => setNative.call(node, name, name === 'style' ? convertUnits(value) : value)
      Object.defineProperty(node, 'id', {
        // glass-easel prefixes ids of components, which `#id` in WXSS does not know of
        set(value) {
          setNative.call(node, 'id', String(value).replace(/^.*--/, ''))
        },
        get: () => node.getAttribute('id') || '',
      })
      return node
    },
  }
}

/** Shows data-* in the document too, so that tests find elements by it. */
export function mirrorDatasets(elementClass) {
  const original = elementClass.prototype.setDataset
  elementClass.prototype.setDataset = function setDataset(name, value) {
    original.call(this, name, value)
    if (!this.$$?.setAttribute || !['string', 'number'].includes(typeof value)) return
    this.$$.setAttribute('data-' + name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase()), String(value))
  }
}

/** glass-easel makes `tap` out of touches and clicks, but no `longpress`. */
export function watchLongPress() {
  let timer
  let start
  const cancel = () => clearTimeout(timer)
  const begin = (event) => {
    cancel()
    start = event
    const element = elementOf(event.target)
    if (element) timer = setTimeout(() => fireLongPress(element, event), LONG_PRESS_MS)
  }
  const move = (event) => {
    if (Math.hypot(event.clientX - start?.clientX, event.clientY - start?.clientY) > STILL_PIXELS) cancel()
  }
  document.addEventListener('pointerdown', begin, true)
  document.addEventListener('pointermove', move, true)
  for (const name of ['pointerup', 'pointercancel', 'scroll']) document.addEventListener(name, cancel, true)
}

/** @param {Node | null} node @returns {any} the glass-easel element it belongs to */
export function elementOf(node) {
  while (node && !node.__wxElement) node = node.parentNode
  return node?.__wxElement
}

/** @param {any} element @returns {boolean} true inside a disabled button, which tells nobody of taps */
export function isDisabled(element) {
  return Boolean(element.$$?.closest?.('wx-button[disabled]'))
}

function fireLongPress(element, { clientX, clientY }) {
  for (const name of ['longpress', 'longtap']) {
    element.triggerEvent(name, { x: clientX, y: clientY }, { bubbles: true, composed: true })
  }
}
