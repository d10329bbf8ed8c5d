/** Money back for what was bought. */

const requests = require('../../../services/request')
const { idempotencyKey } = require('../../../utils/key')

/** Apply: { order, lines: [{line, quantity}], reason, description, pictures }. */
const apply = (wanted, key = idempotencyKey()) => requests.post('/after-sales', wanted, { key, quiet: true })
const list = (state, page = 1) => requests.get('/after-sales', { query: { state, page }, quiet: true })
const read = (number) => requests.get(`/after-sales/${number}`, { quiet: true })
const cancel = (number) => requests.post(`/after-sales/${number}/cancel`)

module.exports = { apply, list, read, cancel }
