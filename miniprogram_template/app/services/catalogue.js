/** Products, their categories and what is searched for. */

const cached = require('./cached')
const requests = require('./request')
const url = require('../utils/url')

const PAGE_SIZE = 20

/** The tree of categories. */
const categories = (show) => cached.get('/categories', show, { anonymous: true, quiet: true })

/**
 * One page of products: filters category, keyword, brand, attributes, in_stock, min_price, max_price (fen), sort.
 *
 * `seen` is called before with what the first page was last time, if that is kept.
 */
function products(filters, page = 1, seen = null) {
  const path = url.to('/products', { ...filters, page, page_size: PAGE_SIZE })
  const options = { anonymous: true, quiet: true }
  if (page > 1 || !seen || filters.keyword) return requests.get(path, options) // what was searched for is not kept
  return cached.get(path, (answer, { fresh }) => fresh || seen(answer), options)
}

/** What a list may be narrowed to, with counts. */
const facets = (filters) => requests.get('/products/facets', { query: filters, anonymous: true, quiet: true })

/** A product; `show` as in services/cached. */
const product = (key, show) => cached.get(`/products/${key}`, show, { anonymous: true, quiet: true })

/** Rows of products that go with one; none when the shop cannot tell. */
const recommendations = (key) =>
  requests
    .get(`/products/${key}/recommendations`, { anonymous: true, quiet: true })
    .then((said) => (Array.isArray(said) ? said : (said && said.results) || []), () => [])

/** The address of WeChat's code that opens a product. */
const code = (key) => requests.get(`/products/${key}/code`, { anonymous: true, quiet: true }).then((said) => said.picture)

const hotWords = () => requests.get('/search/hot', { anonymous: true, quiet: true }).then((said) => said.words)

const suggestions = (text) =>
  requests.get('/search/suggest', { query: { q: text }, anonymous: true, quiet: true }).then((said) => said.words)

module.exports = { categories, products, facets, product, recommendations, code, hotWords, suggestions }
