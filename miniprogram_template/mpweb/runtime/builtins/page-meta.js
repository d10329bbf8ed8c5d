import { convertUnits } from '../units.js'

/** page-meta and navigation-bar: they change the page they stand in. */
export function pageParts(shell) {
  return { 'page-meta': pageMeta(shell), 'navigation-bar': navigationBar(shell) }
}

function pageMeta(shell) {
  return {
    properties: {
      pageStyle: String,
      pageFontSize: String,
      rootFontSize: String,
      rootBackgroundColor: String,
      backgroundColor: String,
      backgroundTextStyle: String,
      scrollTop: String,
      scrollDuration: Number,
    },
    attached() {
      this.resized = () => this.triggerEvent('resize', {})
      window.addEventListener('resize', this.resized)
      this.draw()
    },
    detached() {
      window.removeEventListener('resize', this.resized)
    },
    observers: {
      'pageStyle, pageFontSize, rootFontSize, rootBackgroundColor, backgroundColor'() {
        this.draw()
      },
      scrollTop(value) {
        const page = this.page()
        if (page && value) page.scroller.scrollTo({ top: parseFloat(value), behavior: 'smooth' })
      },
    },
    methods: {
      page() {
        return this.$$ && shell.router.pageOf(this.$$)
      },
      draw() {
        const page = this.page()
        if (!page) return
        const { pageStyle, pageFontSize, rootFontSize, rootBackgroundColor, backgroundColor } = this.data
        page.scroller.style.cssText = convertUnits(pageStyle || '')
        if (pageFontSize) page.scroller.style.fontSize = sizeOf(pageFontSize)
        if (rootBackgroundColor) page.scroller.style.backgroundColor = rootBackgroundColor
        page.view.style.backgroundColor = backgroundColor || ''
        page.rootFontSize = sizeOf(rootFontSize)
        page.drawRootFontSize()
      },
    },
  }
}

/** `system` is the size that people choose on a telephone; a browser has its own setting. */
function sizeOf(text) {
  return !text || text === 'system' ? '' : convertUnits(text)
}

function navigationBar(shell) {
  const update = function update() {
    const page = this.$$ && shell.router?.pageOf(this.$$)
    if (!page) return
    const { title, backgroundColor, frontColor, loading } = this.data
    if (title) page.navigation.title = title
    if (backgroundColor) page.navigation.background = backgroundColor
    if (frontColor) page.navigation.foreground = frontColor
    page.navigation.loading = loading
    shell.router.refreshBars()
  }
  return {
    properties: { title: String, backgroundColor: String, frontColor: String, loading: Boolean },
    attached: update,
    observers: { 'title, backgroundColor, frontColor, loading': update },
  }
}
