/** Events between a page and the page it opened. */
export class EventChannel {
  #listeners = new Map()

  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) || []), listener])
  }

  once(name, listener) {
    const first = (...details) => {
      this.off(name, first)
      listener(...details)
    }
    this.on(name, first)
  }

  off(name, listener) {
    const left = listener ? (this.#listeners.get(name) || []).filter((item) => item !== listener) : []
    this.#listeners.set(name, left)
  }

  emit(name, ...details) {
    for (const listener of this.#listeners.get(name) || []) listener(...details)
  }
}
