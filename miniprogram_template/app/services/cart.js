/** The cart, and the number on its tab. */

const requests = require('./request')
const session = require('./session')

const TAB = 2

let count = 0
const listeners = new Set()

/** Call `heard(count)` now and whenever the number of lines changes; returns a function that ends it. */
function watch(heard) {
  listeners.add(heard)
  heard(count)
  return () => listeners.delete(heard)
}

function badge(next) {
  count = next
  listeners.forEach((heard) => heard(next))
  const text = next > 99 ? '99+' : String(next)
  const done = { index: TAB, fail: () => {} } // pages without a tab bar have no badge
  if (next) wx.setTabBarBadge({ ...done, text })
  else wx.removeTabBarBadge(done)
}

/** The cart: { items, count, total_selected (fen), problems }. */
async function read() {
  const said = await requests.get('/cart', { quiet: true })
  badge(said.count)
  return said
}

/** The price of what is selected, which must be something: a quote with what holds by itself and the best coupons. */
const price = () => requests.post('/checkout/preview', { cart: true }, { quiet: true })

/** Put units of a SKU into the cart. */
async function add(sku, quantity = 1) {
  const line = await requests.post('/cart/items', { sku, quantity })
  refreshBadge()
  return line
}

/** Put the lines of an earlier order into the cart again; resolves with { added, missing: [title] }. */
async function again(lines) {
  const missing = []
  for (const line of lines) {
    const put = requests.post('/cart/items', { sku: line.sku, quantity: line.quantity }, { quiet: true })
    await put.catch((error) => {
      if (error.passing) throw error
      missing.push(line.title)
    })
  }
  refreshBadge()
  return { added: lines.length - missing.length, missing }
}

/** Change a line: { quantity } and/or { is_selected }. */
const change = (key, values) => requests.patch(`/cart/items/${key}`, values, { quiet: true })

async function remove(key) {
  await requests.remove(`/cart/items/${key}`)
  badge(Math.max(0, count - 1))
}

/** What goes well with what is in the cart. */
const recommendations = () => requests.get('/cart/recommendations', { quiet: true })

/** Ask how many lines there are; somebody who is not logged in has none. */
function refreshBadge() {
  if (session.token()) read().catch(() => {})
  else if (count) badge(0)
}

module.exports = { read, price, add, again, change, remove, recommendations, refreshBadge, watch }
