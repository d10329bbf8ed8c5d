/**
 * The way back from a page elsewhere that opens one of ours in an entry of its own: without this, the browser's back
 * button would lead from there into the page elsewhere again.
 */

const KEY = 'mp-left'

/** Takes leave: the next entry of the history is for the page elsewhere. @param {string} back hash that it will come back with */
export function takeLeave(back) {
  history.pushState(history.state, '') // also forgets the entries ahead, so that the length is known
  sessionStorage.setItem(KEY, JSON.stringify({ back, length: history.length }))
}

/** Goes to the entry that was left, where this document was opened by the page elsewhere. @returns {boolean} whether it does */
export function resumeEntry() {
  const left = JSON.parse(sessionStorage.getItem(KEY) || 'null')
  sessionStorage.removeItem(KEY)
  if (!left || history.state || location.hash !== left.back || history.length <= left.length) return false
  history.go(left.length - history.length - 1)
  return true
}
