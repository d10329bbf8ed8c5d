/** A page in the shop's colour: `theme` is the style of its page-meta, `accent` the colour of its switches. */

const look = require('./look')
const shop = require('./shop')

/** The style of a page for what the shop says; empty while nothing is known, then the template's own colours count. */
function style(said) {
  const colours = look.colours(said)
  return colours ? `--accent: ${colours.accent}; --accent-soft: ${colours.soft}` : ''
}

function paint(page, said) {
  const theme = style(said)
  if (!theme) return
  const { accent } = look.colours(said)
  if (page.data.theme !== theme) page.setData({ theme, accent })
  wx.setTabBarStyle({ selectedColor: accent, fail: () => {} }) // fails on pages without a tab bar
}

module.exports = Behavior({
  data: { theme: '', accent: look.OWN.accent },
  lifetimes: {
    attached() {
      paint(this, shop.now())
      shop.bootstrap().then((said) => paint(this, said), () => {}) // without it the template's own colours stay
    }
  }
})
