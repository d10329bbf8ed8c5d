/** What shoppers say of what they bought. */

const requests = require('./request')

/** What may be reviewed: { open: [{sku, …}], tags, reviews }. */
const ofOrder = (number) => requests.get(`/orders/${number}/reviews`, { quiet: true })
const send = (number, review) => requests.post(`/orders/${number}/reviews`, review, { quiet: true })
const mine = (page = 1) => requests.get('/reviews/mine', { query: { page }, quiet: true })
const append = (key, addition) => requests.post(`/reviews/${key}/append`, addition, { quiet: true })

module.exports = { ofOrder, send, mine, append }
