import { parsePageUrl } from './addresses.js'
import { guarded } from './dom.js'
import { EventChannel } from './event-channel.js'
import { BrowserHistory } from './history.js'
import { closeAllLayers, closeTopLayer, watchLayers } from './overlays/layer.js'
import { PageView } from './page.js'

const STACK_LIMIT = 10

/** The stack of pages, and the pages of the tab bar that stay alive. */
export class Router {
  /** @param {import('./shell.js').Shell} shell @param {any} environment @param {import('./components.js').ComponentRegistry} registry */
  constructor(shell, environment, registry) {
    this.shell = shell
    this.environment = environment
    this.registry = registry
    /** @type {PageView[]} */
    this.stack = []
    /** @type {import('./history.js').Stop[]} below the stack: pages of before a reload, opened when one goes back to them */
    this.dormant = []
    /** @type {Map<string, PageView>} */
    this.keptTabs = new Map()
    this.history = new BrowserHistory((entry, wasCovered) => this.#travelled(entry, wasCovered))
  }

  /** @returns {PageView | undefined} the page that is seen */
  get top() {
    return this.stack.at(-1)
  }

  /** @returns {import('./history.js').Stop[]} all pages one can go back to, and the one that is seen */
  get trail() {
    return [...this.dormant, ...this.stack.map(({ key, url }) => ({ key, url }))]
  }

  /** @param {Element} node @returns {PageView | undefined} the page it stands in */
  pageOf(node) {
    const view = node.closest('.mp-view')
    return [...this.stack, ...this.keptTabs.values()].find((page) => page.view === view)
  }

  /** Opens the page of the address, or the first one. */
  start() {
    const wanted = location.hash.slice(1)
    const { pages } = this.shell.source
    const url = this.#isKnown(wanted) ? wanted : '/' + pages[0]
    const restored = this.history.restored()
    Object.assign(this.shell.launch, parsePageUrl(url))
    return () => {
      if (restored.every((stop) => this.#isKnown(stop.url))) this.dormant = restored.slice(0, -1)
      this.#open(this.#create(url, { key: restored.at(-1)?.key }), (trail) => {
        this.history.replace(trail)
        watchLayers((count) => (count ? this.history.cover(this.trail) : this.history.uncover(this.trail)))
      })
    }
  }

  /** @param {{ url: string, events?: Record<string, any> }} options @returns {{ eventChannel: EventChannel }} */
  navigateTo({ url, events = {} }) {
    const target = this.#target(url)
    this.#refuseTab(target.path, 'navigateTo')
    if (this.stack.length >= STACK_LIMIT) throw new Error('webview count limit exceed')
    const eventChannel = new EventChannel()
    for (const [name, listener] of Object.entries(events)) eventChannel.on(name, listener)
    this.top?.hide()
    this.#open(this.#create(target.url, { opener: eventChannel }), (trail) => this.history.push(trail))
    return { eventChannel }
  }

  /** @param {{ url: string }} options */
  redirectTo({ url }) {
    const target = this.#target(url)
    this.#refuseTab(target.path, 'redirectTo')
    this.#release(this.stack.pop())
    this.#open(this.#create(target.url), (trail) => this.history.replace(trail))
  }

  /** @param {{ url: string }} options */
  reLaunch({ url }) {
    this.#restart(this.#target(url).url, this.trail.length - 1)
  }

  /** @param {{ url: string }} options */
  switchTab({ url }) {
    const { path } = this.#target(url)
    if (!this.shell.tabBar.has(path)) throw new Error('can not switch to non-TabBar page')
    if (this.top?.path !== path) this.#switch(path, this.trail.length - 1)
  }

  /** @param {number} delta how many pages */
  back(delta) {
    const { trail } = this
    if (trail.length < 2) throw new Error('cannot navigate back at first page')
    const steps = Math.min(Math.max(delta, 1), trail.length - 1)
    const target = trail.slice(0, -steps)
    this.history.back(steps, target)
    this.#arrange(target)
  }

  goHome() {
    this.reLaunch({ url: '/' + this.shell.source.pages[0] })
  }

  /** @param {import('./tabbar.js').TabItem} item @param {number} index */
  selectTab(item, index) {
    guarded(() => this.switchTab({ url: '/' + item.pagePath }))
    this.top?.call('onTabItemTap', { index, pagePath: item.pagePath, text: item.text })
  }

  /** Draws navigation bar and tab bar anew. */
  refreshBars() {
    const page = this.top
    if (!page) return
    const { navigationBar, tabBar, frame, source } = this.shell
    navigationBar.show(page, {
      canGoBack: this.trail.length > 1,
      canGoHome: page.path !== source.pages[0] && !tabBar.has(page.path) && !page.homeHidden,
    })
    const hasTabs = tabBar.show(page.path, (icon) => this.shell.assetAddress(icon))
    frame.style.setProperty('--nav', page.config.navigationStyle === 'custom' ? '0px' : '44px')
    frame.toggleAttribute('data-tabs', hasTabs)
    frame.style.setProperty('--tab', hasTabs ? 'var(--tab-height)' : '0px')
  }

  #isKnown(url) {
    return this.shell.source.pages.includes(parsePageUrl(url).path)
  }

  #target(url) {
    const absolute = url.startsWith('/') ? url : '/' + this.shell.resolve(url)
    const { path } = parsePageUrl(absolute)
    if (!this.shell.source.pages.includes(path)) throw new Error(`page "${path}" is not found`)
    return { path, url: absolute }
  }

  #refuseTab(path, api) {
    if (this.shell.tabBar.has(path)) throw new Error(`can not ${api} a tabbar page`)
  }

  /** @param {string} url @param {{ key?: string, opener?: EventChannel }} [options] */
  #create(url, { key, opener } = {}) {
    const { path, query } = parsePageUrl(url)
    this.registry.ensure(path)
    const target = { path, query, url: url.replace(/^\//, ''), key: key || newKey(), opener }
    return new PageView(this.shell, target, this.environment)
  }

  /** @param {PageView} page @param {(trail: any[]) => void} record writes the history, before onLoad may go elsewhere */
  #open(page, record) {
    this.stack.push(page)
    if (this.shell.tabBar.has(page.path)) this.keptTabs.set(page.path, page)
    this.shell.sheets.showPage(page.path)
    this.refreshBars()
    record(this.trail)
    page.attach()
    if (this.top === page) this.#showTop()
  }

  #showTop() {
    const page = this.top
    this.shell.sheets.showPage(page.path)
    this.refreshBars()
    page.show()
  }

  /** @param {string} url @param {number} steps back in the history to where the first page stands */
  #restart(url, steps) {
    const old = new Set([...this.stack.splice(0), ...this.keptTabs.values()])
    this.dormant = []
    this.keptTabs.clear()
    for (const page of old) page.release()
    this.#open(this.#create(url), (trail) => this.history.back(steps, trail))
  }

  #switch(path, steps) {
    this.dormant = []
    while (this.stack.length) this.#leave(this.stack.pop())
    this.#enter('/' + path, {}, (trail) => this.history.back(steps, trail))
  }

  /** Shows the page of a tab that stayed alive, or opens it. */
  #enter(url, options, record) {
    const kept = this.keptTabs.get(parsePageUrl(url).path)
    if (!kept) return this.#open(this.#create(url, options), record)
    this.stack.push(kept)
    record(this.trail)
    return this.#showTop()
  }

  /** Makes the stack what the trail says: what both have stays as it is. */
  #arrange(trail) {
    const { kept, missing } = compare(this.trail, trail)
    while (this.stack.length && this.trail.length > kept) this.#leave(this.stack.pop())
    if (!this.stack.length) this.dormant = trail.slice(0, -1)
    else if (!missing) return this.#showTop()
    const { key, url } = trail.at(-1)
    this.top?.hide()
    return this.#enter('/' + url, { key }, (now) => this.history.replace(now))
  }

  #leave(page) {
    if (this.shell.tabBar.has(page.path)) page.hide()
    else page.release()
  }

  #release(page) {
    if (!page) return
    this.keptTabs.delete(page.path)
    page.release()
  }

  #travelled(entry, wasCovered) {
    if (!entry?.trail.every(({ url }) => this.#isKnown(url))) return this.#followAddress()
    if (!isSame(entry.trail, this.trail)) {
      closeAllLayers()
      return this.#arrange(entry.trail)
    }
    if (wasCovered) closeTopLayer()
    else if (entry.isCover) this.history.skipCover(this.trail)
  }

  /** Somebody typed another address, which made an entry of its own. */
  #followAddress() {
    const url = location.hash.slice(1)
    const { path } = parsePageUrl(url)
    closeAllLayers()
    if (!this.#isKnown(url)) return this.history.replace(this.trail)
    if (this.shell.tabBar.has(path)) return this.#switch(path, 0)
    return this.#restart(url, 0)
  }
}

/** Two pages more can only come of one jump over several entries: then all but the last wait. */
function compare(here, trail) {
  const differing = here.findIndex((stop, index) => stop.key !== trail[index]?.key)
  const kept = differing < 0 ? here.length : differing
  const missing = trail.length - kept
  return missing > 1 ? { kept: 0, missing: trail.length } : { kept, missing }
}

function isSame(here, trail) {
  return here.length === trail.length && compare(here, trail).missing === 0
}

/** Of one page, and unlike any of before a reload. */
function newKey() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2, 8)
}
