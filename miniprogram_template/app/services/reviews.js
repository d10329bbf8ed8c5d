/** What shoppers say of what they bought. */

const requests = require('./request')

const PAGE_SIZE = 20

/** One page of a product's reviews: filters score, tag, pictures. */
const ofProduct = (key, filters, page = 1) =>
  requests.get(`/products/${key}/reviews`, { query: { ...filters, page, page_size: PAGE_SIZE }, anonymous: true, quiet: true })

/** What may be reviewed: { open: [{sku, …}], tags, reviews }. */
const ofOrder = (number) => requests.get(`/orders/${number}/reviews`, { quiet: true })
const send = (number, review) => requests.post(`/orders/${number}/reviews`, review, { quiet: true })
const mine = (page = 1) => requests.get('/reviews/mine', { query: { page }, quiet: true })
const append = (key, addition) => requests.post(`/reviews/${key}/append`, addition, { quiet: true })

module.exports = { ofProduct, ofOrder, send, mine, append }
