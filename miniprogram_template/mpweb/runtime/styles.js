import { createElement } from './dom.js'

/** Style sheets of the units in one document: those of pages not shown are disabled. */
export class StyleSheets {
  /** @param {Record<string, string>} styles @param {Record<string, any>} units */
  constructor(styles, units) {
    this.styles = styles
    this.units = units
    this.appended = new Map()
    this.names = Object.keys(units)
  }

  /** @param {string} unit @returns {string} prefix of its classes, '' when they are shared */
  scopeOf(unit) {
    const config = this.units[unit]
    const isolation = config?.styleIsolation
    if (!config || isolation === 'shared' || isolation === 'page-shared') return ''
    if (config.isPage && !config.component && !isolation) return ''
    return 'c' + this.names.indexOf(unit)
  }

  /** @param {string} unit @returns {number} as glass-easel wants it */
  append(unit) {
    const source = this.styles[unit]
    if (this.appended.has(unit) || !source) return 0
    const scope = this.scopeOf(unit)
    const node = /** @type {HTMLStyleElement} */ (createElement('style'))
    node.dataset.path = unit
    node.textContent = source.replaceAll('__S__', scope ? scope + '--' : '').replaceAll('__H__', scope)
    document.head.append(node)
    const isPageSheet = Boolean(this.units[unit]?.isPage) && !scope
    this.appended.set(unit, { node, isPageSheet })
    return 0
  }

  /** @returns {string} all that counts for the page that is seen */
  text() {
    const counting = [...this.appended.values()].filter(({ node }) => !node.disabled)
    return counting.map(({ node }) => node.textContent).join('\n')
  }

  /** @param {string} page whose own sheet is to count */
  showPage(page) {
    for (const [unit, { node, isPageSheet }] of this.appended) node.disabled = isPageSheet && unit !== page
  }
}
