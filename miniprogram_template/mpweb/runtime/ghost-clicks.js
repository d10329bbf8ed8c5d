const WITHIN_MS = 700
const AFTERTHOUGHTS = ['mousedown', 'mouseup', 'click']

/**
 * A finger's tap happens when it lifts; the mouse events and the click that a browser sends afterwards must not
 * reach what came to lie there meanwhile: a dialog that just opened, or what a closed one covered.
 */
export function refuseGhostClicks() {
  /** @type {Element | null} */
  let start = null
  let until = 0
  document.addEventListener('touchstart', ({ target }) => void (start = /** @type {Element} */ (target)), true)
  document.addEventListener('touchend', ({ timeStamp }) => void (until = timeStamp + WITHIN_MS), true)
  const refuse = (event) => {
    if (!start || !event.isTrusted || event.timeStamp > until || isRelated(start, event.target)) return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  for (const name of AFTERTHOUGHTS) window.addEventListener(name, refuse, true)
}

function isRelated(start, target) {
  return start.isConnected && (start.contains(target) || target.contains(start))
}
