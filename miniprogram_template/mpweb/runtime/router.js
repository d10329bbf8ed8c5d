import { parsePageUrl } from './addresses.js'
import { guarded } from './dom.js'
import { EventChannel } from './event-channel.js'
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
    /** @type {Map<string, PageView>} */
    this.keptTabs = new Map()
  }

  /** @returns {PageView | undefined} the page that is seen */
  get top() {
    return this.stack.at(-1)
  }

  /** Opens the page of the address, or the first one. */
  start() {
    const wanted = location.hash.slice(1)
    const { pages } = this.shell.source
    const url = pages.includes(parsePageUrl(wanted).path) ? wanted : '/' + pages[0]
    Object.assign(this.shell.launch, parsePageUrl(url))
    window.addEventListener('hashchange', () => this.#followHash())
    return () => this.#open(this.#create(url))
  }

  /** @param {{ url: string, events?: Record<string, any> }} options @returns {{ eventChannel: EventChannel }} */
  navigateTo({ url, events = {} }) {
    const target = this.#target(url)
    this.#refuseTab(target.path, 'navigateTo')
    if (this.stack.length >= STACK_LIMIT) throw new Error('webview count limit exceed')
    const eventChannel = new EventChannel()
    for (const [name, listener] of Object.entries(events)) eventChannel.on(name, listener)
    this.top?.hide()
    this.#open(this.#create(target.url, eventChannel))
    return { eventChannel }
  }

  /** @param {{ url: string }} options */
  redirectTo({ url }) {
    const target = this.#target(url)
    this.#refuseTab(target.path, 'redirectTo')
    this.#release(this.stack.pop())
    this.#open(this.#create(target.url))
  }

  /** @param {{ url: string }} options */
  reLaunch({ url }) {
    const target = this.#target(url)
    const old = new Set([...this.stack.splice(0), ...this.keptTabs.values()])
    this.keptTabs.clear()
    for (const page of old) page.release()
    this.#open(this.#create(target.url))
  }

  /** @param {{ url: string }} options */
  switchTab({ url }) {
    const target = this.#target(url)
    if (!this.shell.tabBar.has(target.path)) throw new Error('can not switch to non-TabBar page')
    if (this.top?.path === target.path) return
    while (this.stack.length) this.#leave(this.stack.pop())
    const kept = this.keptTabs.get(target.path)
    if (kept) {
      this.stack.push(kept)
      this.#showTop()
    } else this.#open(this.#create('/' + target.path))
  }

  /** @param {number} delta how many pages */
  back(delta) {
    if (this.stack.length < 2) throw new Error('cannot navigate back at first page')
    for (let left = delta; left > 0 && this.stack.length > 1; left -= 1) this.#release(this.stack.pop())
    this.#showTop()
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
      canGoBack: this.stack.length > 1,
      canGoHome: page.path !== source.pages[0] && !tabBar.has(page.path) && !page.homeHidden,
    })
    const hasTabs = tabBar.show(page.path, (icon) => this.shell.assetAddress(icon))
    frame.style.setProperty('--nav', page.config.navigationStyle === 'custom' ? '0px' : '44px')
    frame.style.setProperty('--tab', hasTabs ? 'var(--tab-height)' : '0px')
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

  #create(url, opener) {
    const { path, query } = parsePageUrl(url)
    this.registry.ensure(path)
    return new PageView(this.shell, { path, query, url: url.replace(/^\//, ''), opener }, this.environment)
  }

  #open(page) {
    this.stack.push(page)
    if (this.shell.tabBar.has(page.path)) this.keptTabs.set(page.path, page)
    this.shell.sheets.showPage(page.path)
    this.refreshBars()
    page.attach()
    // onLoad may have gone elsewhere already
    if (this.top === page) this.#showTop()
  }

  #showTop() {
    const page = this.top
    this.shell.sheets.showPage(page.path)
    this.refreshBars()
    history.replaceState(null, '', '#/' + page.url)
    page.show()
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

  #followHash() {
    const url = location.hash.slice(1)
    const { path } = parsePageUrl(url)
    if (url.slice(1) === this.top?.url || !this.shell.source.pages.includes(path)) return
    if (this.shell.tabBar.has(path)) this.switchTab({ url })
    else this.reLaunch({ url })
  }
}
