/** The mini-program in a document of its own: components painted as a browser paints them. */
import path from 'node:path'
import { closeMiniProgram, loadMiniProgram, plain } from '../../mpweb/testing.js'

const APP = path.join(import.meta.dirname, '../../app')
const API = 'http://127.0.0.1/api'
const SHOP = { shop: { name: '织野', key: 'abc' } }
const HOME = { banners: [], entries: [], strips: [], categories: [], hot: [], new: [] }

/**
 * Load it for the tests of one file; `answer(path)` gives the body of a read, or { status, body }.
 *
 * Resolves with { window, wx, told, mount, close }; `told` are the words of its toasts.
 */
export async function loaded(answer = () => ({})) {
  const known = { '/bootstrap': SHOP, '/home': HOME }
  const window = await loadMiniProgram(APP, {
    answer: (url) => known[url.replace(API, '')] || answer(url.replace(API, '')),
    config: { mode: 'test', ext: { api: API, shop: 'abc' } }
  })
  const told = []
  window.wx.showToast = ({ title }) => told.push(title)
  return { window, wx: window.wx, told, mount: (name, properties) => mounted(window, name, properties), close: () => closeMiniProgram(window) }
}

function mounted(window, name, properties) {
  const one = window.__mp.mount(name, properties)
  const all = (selector) => [...one.element.querySelectorAll(selector)]
  const the = (selector) => {
    const found = all(selector)
    if (found.length !== 1) throw new Error(`${found.length} elements are ${selector}`)
    return found[0]
  }
  return {
    instance: one.instance,
    set: one.set,
    release: one.release,
    /** What a page tells its components: "show" or "hide". */
    page: (name) => one.instance._$.triggerPageLifetime(name, []),
    tap: (selector) => one.tap(selector),
    all,
    the,
    /** The words of each element; of the whole without a selector. */
    words: (selector) => (selector ? all(selector) : [one.element]).map((element) => element.textContent),
    /** [role, label] of an element, null for what it lacks. */
    spoken: (selector) => [the(selector).getAttribute('role'), the(selector).getAttribute('aria-label')],
    attributes: (selector, attribute) => all(selector).map((element) => element.getAttribute(attribute)),
    /** An event that the platform's own element tells: `fire('.price', 'load', { width: 1 })`. */
    fire: (selector, event, detail = {}) => the(selector).__wxElement.triggerEvent(event, detail, {}),
    /** Begin to hear these events; gives [[name, detail]] of what is heard. */
    heard(...names) {
      names.forEach(one.listen)
      return () => plain(one.events).map((event) => [event.name, event.detail])
    }
  }
}
