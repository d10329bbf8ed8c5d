import { createElement, guarded } from './dom.js'
import { EventChannel } from './event-channel.js'
import { keepPicture } from './first/keep.js'
import { watchPull } from './pull-down.js'
import { watchScrolling } from './reach-bottom.js'

let lastId = 0

/** One page of the stack: its instance, its element and its navigation bar. */
export class PageView {
  /**
   * @param {import('./shell.js').Shell} shell
   * @param {{ path: string, query: Record<string, string>, url: string, key: string, opener?: EventChannel }} target
   * @param {{ backend: any, space: any }} environment
   */
  constructor(shell, { path, query, url, key, opener }, { backend, space }) {
    const { app, units } = shell.source
    this.path = path
    this.query = query
    this.url = url
    this.key = key
    this.id = ++lastId
    this.isReady = this.isShown = this.isReleased = this.homeHidden = this.refreshing = false
    this.scrollTop = 0
    this.rootFontSize = ''
    this.wantsPicture = null
    this.config = { ...app.window, ...units[path] }
    this.navigation = {
      title: this.config.navigationBarTitleText || '',
      background: this.config.navigationBarBackgroundColor || '#000000',
      foreground: this.config.navigationBarTextStyle || 'white',
      loading: false,
    }
    this.view = createElement('div', 'mp-view')
    this.view.dataset.page = path
    this.refresher = createElement('div', 'mp-refresher')
    this.refresher.append(createElement('span', 'mp-spinner'))
    this.scroller = createElement('wx-page')
    this.view.append(this.refresher, this.scroller)
    shell.stage.append(this.view)
    this.root = backend.createRoot('page-root', space, path)
    this.instance = this.root.get()
    this.#decorate(shell, opener)
  }

  /** Puts the page into the document and loads it. */
  attach() {
    const placeholder = createElement('span')
    this.scroller.append(placeholder)
    this.root.attach(this.scroller, placeholder)
    watchScrolling(this)
    watchPull(this)
    this.call('onLoad', this.query)
  }

  /** @param {string} method of the page's own code @param {...any} details @returns {any} */
  call(method, ...details) {
    return guarded(() => this.instance[method]?.(...details))
  }

  show() {
    this.isShown = true
    this.view.removeAttribute('hide')
    if (this.scrollTop) this.scroller.scrollTop = this.scrollTop // it makes the browser lay everything out
    this.drawRootFontSize()
    this.call('onShow')
    this.root.getComponent().triggerPageLifetime('show', [])
    if (this.isReady) return
    this.isReady = true
    requestAnimationFrame(() => this.isReleased || this.call('onReady'))
  }

  /** `rem` counts from the root of the document, which all pages share. */
  drawRootFontSize() {
    if (this.isShown) document.documentElement.style.fontSize = this.rootFontSize
  }

  hide() {
    if (!this.isShown) return
    this.isShown = false
    this.scrollTop = this.scroller.scrollTop
    this.view.setAttribute('hide', '')
    this.call('onHide')
    this.root.getComponent().triggerPageLifetime('hide', [])
  }

  release() {
    this.isReleased = true
    this.call('onUnload')
    this.root.release()
    this.view.remove()
  }

  /** Shows the three dots above the page until stopRefresh. */
  startRefresh() {
    if (this.refreshing) return
    this.refreshing = true
    this.view.setAttribute('refreshing', '')
    this.call('onPullDownRefresh')
  }

  stopRefresh() {
    this.refreshing = false
    this.view.removeAttribute('refreshing')
  }

  #decorate(shell, opener) {
    const { id, path, query } = this
    Object.assign(this.instance, {
      route: path,
      options: query,
      getOpenerEventChannel: () => opener || new EventChannel(),
      getPageId: () => id,
      getTabBar: () => null,
      pageScrollTo: (options) => window.wx.pageScrollTo(options),
    })
    if (this.config.initialRenderingCache === 'dynamic')
      this.instance.setInitialRenderingCache = (data) => void keepPicture(shell, this, data)
  }
}
