/** A page in the shop's colour: `theme` is the style of its page-meta. */

const shop = require('./shop')
const { derived } = require('../utils/colours')

let kept = { from: '', colours: null }

function coloursOf(said) {
  const from = (said && said.theme_colour) || ''
  if (from !== kept.from) kept = { from, colours: derived(from) }
  return kept.colours
}

/** The style of a page for what the shop says; empty while nothing is known, then the template's own colours count. */
function style(said) {
  const colours = coloursOf(said)
  return colours ? `--accent: ${colours.accent}; --accent-soft: ${colours.soft}` : ''
}

function paint(page, said) {
  const theme = style(said)
  if (!theme) return
  if (page.data.theme !== theme) page.setData({ theme })
  wx.setTabBarStyle({ selectedColor: coloursOf(said).accent, fail: () => {} }) // fails on pages without a tab bar
}

module.exports = Behavior({
  data: { theme: '' },
  lifetimes: {
    attached() {
      paint(this, shop.now())
      shop.bootstrap().then((said) => paint(this, said), () => {}) // without it the template's own colours stay
    }
  }
})
