/** Prices that friends cut down. */

const requests = require('../../../services/request')

/** Begin one for a SKU; the one that runs already is answered again. */
const launch = (activity, sku) => requests.post('/bargains', { activity, sku }, { quiet: true })

/** A bargain with who helped, and what of it is the shopper's own. */
const read = (key) => requests.get(`/bargains/${key}`, { quiet: true })

/** Cut somebody's price: { amount, price, missing }. */
const help = (key) => requests.post(`/bargains/${key}/help`, undefined, { quiet: true })

/** One page of the shopper's bargains, the newest first. */
const mine = (page = 1) => requests.get('/me/bargains', { query: { page }, quiet: true })

module.exports = { launch, read, help, mine }
