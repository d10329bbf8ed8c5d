/** What runs for products. */

const requests = require('./request')
const offered = require('../utils/offers')

const PAUSE = 20 // milliseconds: the cards of a page ask together
const MOST = 40 // products in one question; the shop keeps answers to short ones
const FRESH = 60000 // milliseconds
const KEPT = 500 // products

/** Product → { at, found }: what its card was told, or will be. */
const known = new Map()
/** Product → resolve, of those that nobody asked the shop about yet. */
let waiting = new Map()

/** Activities with the product's own SKUs; none when the shop cannot tell, for everything can be bought without. */
const ofProduct = (key) => requests.get(`/products/${key}/activities`, { anonymous: true, quiet: true }).catch(() => [])

/** A product at what its SKUs cost now. */
const sold = (product) => ofProduct(product.key).then((found) => offered.priced(product, offered.limited(found)))

/** What the card of a product tells beside: { product, tools, price, normal_price } (fen), or null; one question for many cards. */
function label(key) {
  const kept = known.get(key)
  if (kept && Date.now() - kept.at < FRESH) return kept.found
  if (known.size >= KEPT) known.clear()
  if (!waiting.size) setTimeout(ask, PAUSE)
  const found = new Promise((resolve) => waiting.set(key, resolve))
  known.set(key, { at: Date.now(), found })
  return found
}

function ask() {
  const asked = [...waiting]
  waiting = new Map()
  for (let first = 0; first < asked.length; first += MOST) tell(asked.slice(first, first + MOST))
}

async function tell(asked) {
  const products = asked.map(([key]) => key)
  const query = { products: products.join(',') }
  const said = await requests.get('/activities/labels', { query, anonymous: true, quiet: true }).catch(() => null)
  if (!said) products.forEach((key) => known.delete(key)) // the next card asks again
  const rows = Object.fromEntries((said || []).map((row) => [row.product, row]))
  asked.forEach(([key, resolve]) => resolve(rows[key] || null))
}

module.exports = { ofProduct, sold, label }
