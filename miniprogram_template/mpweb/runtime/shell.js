import { createElement } from './dom.js'
import { isAbsoluteAddress, resolvePath } from './addresses.js'
import { NavigationBar } from './navbar.js'
import { createOverlays } from './overlays/index.js'
import { StyleSheets } from './styles.js'
import { TabBar } from './tabbar.js'

/**
 * @typedef {object} Package what the compiler made
 * @property {any} app @property {string[]} pages @property {Record<string, any>} units
 * @property {Record<string, string>} styles @property {any} templates
 * @property {Record<string, () => any>} modules @property {() => any} startApp
 * @property {string[]} pictures small ones, of the package's own files
 */

/** The frame around the pages and what everything inside it shares. */
export class Shell {
  /** @param {Package} source @param {import('./config.js').Configuration} config */
  constructor(source, config) {
    this.source = source
    this.config = config
    this.scriptAddress = scriptAddress()
    this.assetBase = config.assetBase || (this.scriptAddress && new URL('.', this.scriptAddress).href) || '.'
    this.frame = createElement('div')
    this.frame.id = 'mp'
    this.stage = createElement('main', 'mp-stack')
    this.sheets = new StyleSheets(source.styles, source.units)
    this.navigationBar = new NavigationBar(
      () => this.router.back(1),
      () => this.router.goHome(),
      config,
    )
    this.tabBar = new TabBar(source.app.tabBar, (item, index) => this.router.selectTab(item, index))
    this.overlays = createOverlays(this.frame)
    /** @type {Map<string, File | Blob>} chosen files by their blob address */
    this.temporaryFiles = new Map()
    /** @type {HTMLImageElement[]} */
    this.keptPictures = []
    /** @type {import('./router.js').Router} */
    this.router = undefined
    this.launch = { path: '', query: {}, scene: 1001, referrerInfo: {} }
    this.appListeners = { show: new Set(), hide: new Set() }
    this.frame.append(this.navigationBar.node, this.stage, this.tabBar.node)
    if (config.ribbon) this.frame.append(createElement('div', 'mp-ribbon', config.ribbon))
    document.body.append(this.frame)
  }

  /** @param {string} reference @param {any} [component] that refers @returns {string} path from the package's root */
  resolve(reference, component) {
    const owner = component?.ownerShadowRoot?.getHostNode().is || this.router.top?.path || ''
    return resolvePath(owner, reference)
  }

  /** @param {string} address @param {any} [component] @returns {string} that the browser can load */
  assetAddress(address, component) {
    if (!address || isAbsoluteAddress(address)) return address || ''
    const base = new URL(this.assetBase, document.baseURI.split('#')[0])
    return new URL(this.resolve(address, component), base).href
  }

  /** @returns {{ width: number, height: number, pageHeight: number, pageTop: number }} CSS pixels of frame and page */
  viewport() {
    const { clientWidth: width, clientHeight: height } = this.frame
    return { width, height, pageHeight: this.stage.clientHeight, pageTop: this.navigationBar.node.offsetHeight }
  }
}

/** Of app.js, next to which its files lie, wherever a server serves it; the page itself may lie elsewhere. */
function scriptAddress() {
  return /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src ?? ''
}
