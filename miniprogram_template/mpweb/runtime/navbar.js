import { createButton, createElement } from './dom.js'

/** Title, back button and capsule, as a phone draws them; in a shopper's browser (h5) there is no capsule. */
export class NavigationBar {
  /** @param {() => void} onBack @param {() => void} onHome @param {import('./config.js').Configuration} config */
  constructor(onBack, onHome, { mode, login }) {
    this.shop = login.shop
    this.node = createElement('header', 'mp-nav')
    this.back = createButton('', onBack, 'mp-nav-back')
    this.back.setAttribute('aria-label', '返回')
    this.home = createButton('', onHome, 'mp-nav-home')
    this.home.setAttribute('aria-label', '首页')
    this.title = createElement('h1', 'mp-nav-title')
    this.spinner = createElement('span', 'mp-spinner mp-nav-spinner')
    this.spinner.hidden = true
    const heading = createElement('div', 'mp-nav-heading')
    heading.append(this.spinner, this.title)
    this.node.append(this.back, this.home, heading)
    if (mode !== 'h5') this.node.append(createCapsule())
  }

  /** @param {import('./page.js').PageView} page @param {{ canGoBack: boolean, canGoHome: boolean }} state */
  show(page, { canGoBack, canGoHome }) {
    const { title, background, foreground, loading } = page.navigation
    this.node.toggleAttribute('data-custom', page.config.navigationStyle === 'custom')
    this.node.style.backgroundColor = background
    this.node.style.color = isWhite(foreground) ? '#fff' : '#000'
    this.title.textContent = title
    this.spinner.hidden = !loading
    this.back.hidden = !canGoBack
    this.home.hidden = canGoBack || !canGoHome
    document.title = [...new Set([title, this.shop].filter(Boolean))].join(' - ')
  }
}

function createCapsule() {
  const capsule = createElement('div', 'mp-capsule')
  capsule.setAttribute('aria-hidden', 'true')
  capsule.append(createElement('i', 'mp-capsule-more'), createElement('i', 'mp-capsule-close'))
  return capsule
}

function isWhite(colour) {
  return /^(white|#fff|#ffffff)$/i.test(colour)
}
