/** What the home page shows of the shop's answer; what an older server does not know yet is not shown. */

const SHAPES = { least: 0.3, most: 1.2, unknown: 0.5 } // height of a banner by its width

const SCREENFUL = 4 // products of a list

const address = (picture, size) => (picture && (picture[size] || picture.large)) || ''

const item = ({ key, title, picture, link }, size) => ({ key, title, link, picture: address(picture, size) })

/** Height by width of all banners: that of the first, within reason. */
function shape(banners) {
  const { width, height } = (banners[0] && banners[0].picture) || {}
  if (!width || !height) return SHAPES.unknown
  return Math.min(SHAPES.most, Math.max(SHAPES.least, height / width))
}

const ratio = (picture) => (picture && picture.width && picture.height ? Math.round((100 * picture.height) / picture.width) : 40)

const category = ({ key, name, picture }) => ({ key, title: name, picture, link: { kind: 'category', value: key } })

/** { banners, shape, entries, columns, strips, hot, fresh, empty } */
function view(home) {
  const pictured = (rows) => (rows || []).filter((row) => row.picture)
  const banners = pictured(home.banners)
  const entries = home.entries ? home.entries.map((entry) => item(entry, 'small')) : (home.categories || []).map(category)
  const strips = pictured(home.strips).map((strip) => ({ ...item(strip, 'large'), ratio: ratio(strip.picture) }))
  const [hot, fresh] = [home.hot || [], home.new || []]
  return {
    banners: banners.map((banner) => item(banner, 'large')),
    shape: shape(banners),
    entries,
    columns: entries.length < 5 ? Math.max(1, entries.length) : 5,
    strips,
    hot,
    fresh,
    empty: !hot.length && !fresh.length && !banners.length && !strips.length
  }
}

/** What is shown before the page is alive: its first screen, for which nothing has to move or arrive. */
function first({ name, logo, notice, theme, home }) {
  const few = (rows) => rows.slice(0, SCREENFUL)
  return { still: true, status: 'ready', name, logo, notice, theme, home: { ...home, banners: home.banners.slice(0, 1), hot: few(home.hot), fresh: few(home.fresh) } }
}

module.exports = { view, first }
