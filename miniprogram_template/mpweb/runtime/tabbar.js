import { createButton, createElement } from './dom.js'

/** @typedef {{ pagePath: string, text: string, iconPath?: string, selectedIconPath?: string }} TabItem */

/** The bar below the pages. */
export class TabBar {
  /** @param {any} settings of app.json @param {(item: TabItem, index: number) => void} onSelect */
  constructor(settings = {}, onSelect) {
    this.settings = { color: '#7a7e83', selectedColor: '#3cc51f', backgroundColor: '#ffffff', ...settings }
    /** @type {TabItem[]} */
    this.items = (settings.list || []).map((item) => ({ ...item }))
    this.hidden = false
    this.current = ''
    this.node = createElement('nav', 'mp-tab')
    this.node.setAttribute('aria-label', '标签栏')
    this.buttons = this.items.map((item, index) => this.#createItem(item, () => onSelect(item, index)))
    this.node.append(...this.buttons)
  }

  /** @param {string} path @returns {boolean} */
  has(path) {
    return this.items.some((item) => item.pagePath === path)
  }

  /** @param {string} path of the page now on top @param {(icon: string) => string} toAddress @returns {boolean} whether the bar is seen */
  show(path, toAddress) {
    this.current = path
    this.toAddress = toAddress
    const visible = this.has(path) && !this.hidden
    this.node.hidden = !visible
    this.#paint()
    return visible
  }

  /** @param {number} index @param {string} text '' takes it away, '•' is the red dot */
  setBadge(index, text) {
    const button = this.#button(index)
    button.querySelector('.mp-badge')?.remove()
    if (!text) return
    const badge = createElement('span', 'mp-badge', text === '•' ? '' : text)
    badge.toggleAttribute('data-dot', text === '•')
    button.append(badge)
  }

  /** @param {number} index @param {Partial<TabItem>} changes */
  setItem(index, changes) {
    this.#button(index)
    for (const name of ['text', 'iconPath', 'selectedIconPath']) {
      if (changes[name] !== undefined) this.items[index][name] = changes[name]
    }
    this.#paint()
  }

  /** @param {any} changes color, selectedColor, backgroundColor, borderStyle */
  setStyle(changes) {
    for (const [name, value] of Object.entries(changes)) if (value !== undefined) this.settings[name] = value
    this.#paint()
  }

  #button(index) {
    if (!this.buttons[index]) throw new Error('tabbar item not found')
    return this.buttons[index]
  }

  #createItem(item, onClick) {
    const button = createButton('', onClick, 'mp-tab-item')
    const icon = /** @type {HTMLImageElement} */ (createElement('img'))
    icon.alt = ''
    button.append(icon, createElement('span', 'mp-tab-text', item.text))
    return button
  }

  #paint() {
    const { color, selectedColor, backgroundColor, borderStyle } = this.settings
    this.node.style.backgroundColor = backgroundColor
    this.node.dataset.border = borderStyle || 'black'
    this.items.forEach((item, index) => {
      const button = this.buttons[index]
      const selected = item.pagePath === this.current
      const icon = /** @type {HTMLImageElement} */ (button.querySelector('img'))
      const file = (selected && item.selectedIconPath) || item.iconPath
      button.querySelector('.mp-tab-text').textContent = item.text
      button.style.color = selected ? selectedColor : color
      if (selected) button.setAttribute('aria-current', 'page')
      else button.removeAttribute('aria-current')
      icon.hidden = !file
      if (file && this.toAddress) icon.src = this.toAddress('/' + file.replace(/^\//, ''))
    })
  }
}
