/**
 * The browser's history as the mirror of the stack: one entry per page, and one more while something covers the pages.
 * @typedef {{ key: string, url: string }} Stop one page of the stack, also when it is not alive
 * @typedef {{ trail: Stop[], isCover?: boolean }} Entry
 */

const TRAVEL_MS = 500

export class BrowserHistory {
  #covered = false
  #travelling = false
  #timer = 0
  /** @type {(() => void)[]} what has to wait until the browser has travelled */
  #waiting = []
  /** @type {Stop[]} */
  #target = []

  /** @param {(entry: Entry | null, wasCovered: boolean) => void} onTravel the user went to an entry; null for a typed address */
  constructor(onTravel) {
    history.scrollRestoration = 'manual'
    window.addEventListener('popstate', ({ state }) => {
      if (this.#travelling) return this.#arrive()
      const wasCovered = this.#covered
      this.#covered = false
      onTravel(state?.trail ? state : null, wasCovered)
    })
  }

  /** @returns {Stop[]} of the entry that was reloaded, [] when there is none for this address */
  restored() {
    const trail = history.state?.trail ?? []
    return trail.length && new URL(address(trail), location.href).hash === location.hash ? trail : []
  }

  /** @param {Stop[]} trail with a page more than before */
  push(trail) {
    const wasCovered = this.#uncovered()
    this.#do(() => write(wasCovered ? 'replaceState' : 'pushState', { trail }))
  }

  /** @param {Stop[]} trail with another page on top */
  replace(trail) {
    this.back(0, trail)
  }

  /** @param {number} steps pages less than before @param {Stop[]} trail */
  back(steps, trail) {
    const entries = steps + (this.#uncovered() ? 1 : 0)
    if (entries) this.#do(() => this.#travel(entries, trail))
    else this.#do(() => write('replaceState', { trail }))
  }

  /** Gives the way back something to close first. @param {Stop[]} trail */
  cover(trail) {
    if (this.#covered) return
    this.#covered = true
    this.#do(() => write('pushState', { trail, isCover: true }))
  }

  /** @param {Stop[]} trail */
  uncover(trail) {
    if (this.#covered) this.back(0, trail)
  }

  /** Leaves the entry of something that covered the pages once. @param {Stop[]} trail */
  skipCover(trail) {
    this.#do(() => this.#travel(1, trail))
  }

  #uncovered() {
    const was = this.#covered
    this.#covered = false
    return was
  }

  #do(operation) {
    if (this.#travelling) this.#waiting.push(operation)
    else operation()
  }

  #travel(entries, trail) {
    this.#travelling = true
    this.#target = trail
    this.#timer = window.setTimeout(() => this.#arrive(), TRAVEL_MS) // a frame may be refused to travel
    history.go(-entries)
  }

  #arrive() {
    clearTimeout(this.#timer)
    this.#travelling = false
    write('replaceState', { trail: this.#target })
    while (this.#waiting.length && !this.#travelling) this.#waiting.shift()()
  }
}

function write(method, entry) {
  history[method](entry, '', address(entry.trail))
}

/** Whole, because a server may set another base for the page's own files. */
function address(trail) {
  return location.pathname + location.search + '#/' + trail.at(-1).url
}
