/** From the price of a basket to the receipt of the parcel. */

const requests = require('../../../services/request')
const { idempotencyKey } = require('../../../utils/key')

/** The price of a basket: { items: [{sku, quantity, form}] } or { cart: true }, with address and coupons. */
const preview = (basket) => requests.post('/checkout/preview', basket, { quiet: true })

/** Place the order that was previewed. The same `key` sent again gives the same order. */
const place = (basket, key = idempotencyKey()) => requests.post('/orders', basket, { key, quiet: true })

/** By what this shop can be paid in a client: [{ provider, trade, name }], the usual one first. */
const methods = (client) => requests.get('/payments/methods', { query: { client }, quiet: true })

/** The picture of the code that leads to the orders in the mini-program. */
const code = () => requests.get('/mini-program-code', { query: { page: 'orders' }, anonymous: true, quiet: true }).then((said) => said.picture)

/** What the cashier of a method needs: { out_trade_no, client }. */
const pay = (number, { provider, trade }) => requests.post(`/orders/${number}/pay`, { provider, trade }, { key: idempotencyKey(), quiet: true })

/** { status, paid } of a payment on its way. */
const payStatus = (number) => requests.get(`/orders/${number}/pay-status`, { quiet: true })

/** One page of orders, of one status or all. */
const list = (status, page = 1, pageSize = 10) => requests.get('/orders', { query: { status, page, page_size: pageSize }, quiet: true })

const read = (number) => requests.get(`/orders/${number}`, { quiet: true })
/** The order that a payment was for: WeChat's order centre knows the payment only. */
const ofTrade = (trade) => requests.get(`/orders/by-trade/${encodeURIComponent(trade)}`, { quiet: true })
const packages = (number) => requests.get(`/orders/${number}/packages`, { quiet: true })
const secrets = (number) => requests.get(`/orders/${number}/secrets`, { quiet: true })
const cancel = (number) => requests.post(`/orders/${number}/cancel`)
const receive = (number) => requests.post(`/orders/${number}/receive`)

module.exports = { preview, place, methods, code, pay, payStatus, list, read, ofTrade, packages, secrets, cancel, receive }
