import { elementOf } from './elements.js'

const DEFAULTS = { 'WX-BUTTON': 'button-hover', 'WX-NAVIGATOR': 'navigator-hover' }
const START_MS = 50
const STAY_MS = 400

/** Gives `hover-class` to what is pressed and to what it lies in, as long as it is pressed. */
export function watchHover() {
  /** @type {(() => void)[]} */
  let ends = []
  const release = () => ends.splice(0).forEach((end) => end())
  document.addEventListener('pointerdown', ({ target }) => {
    release()
    ends = hovered(/** @type {Element} */ (target)).map(press)
  })
  for (const name of ['pointerup', 'pointercancel', 'scroll']) document.addEventListener(name, release, true)
}

function hovered(target) {
  const found = []
  for (let node = target; node; node = node.parentElement) {
    const element = elementOf(node)
    if (element?.$$ !== node) continue
    const { hoverClass, hoverStopPropagation, disabled } = element.data || {}
    if (!disabled && hoverClass !== 'none' && (hoverClass || DEFAULTS[node.tagName])) found.push(element)
    if (hoverStopPropagation) break
  }
  return found
}

/** @param {any} element @returns {() => void} to call when it is let go */
function press(element) {
  const { hoverClass, hoverStartTime, hoverStayTime } = element.data
  const draw = (on) => {
    if (hoverClass) element.classList?.toggle(hoverClass, on)
    else element.$$?.toggleAttribute('data-pressed', on) // the look of a button or navigator that names none
  }
  const timer = setTimeout(() => draw(true), hoverStartTime ?? START_MS)
  return () => {
    clearTimeout(timer)
    setTimeout(() => draw(false), hoverStayTime ?? STAY_MS)
  }
}
