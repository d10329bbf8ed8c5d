import assert from 'node:assert/strict'
import test from 'node:test'
import acts from '../../app/packages/order/acts.js'
import session from '../../app/services/session.js'
import { phone, settled } from './fakes.mjs'
import { page, tapped, until } from './pages.mjs'

const ORDER = '../../app/packages/order'
const order = (number, values = {}) => ({
  number,
  status: 'UNPAID',
  fulfilment: 'EXPRESS',
  cancel_reason: '',
  lines: [{ sku: 'a', title: '碗', options: '', picture: '', unit_price: 900, quantity: 1, total: 900, kind: 'GOODS', form: [] }],
  subtotal: 900,
  discount: 0,
  freight: 0,
  total: 900,
  paid: 0,
  refunded: 0,
  created_at: '2026-11-22T14:05:00+08:00',
  pay_deadline: '2026-11-22T14:35:00+08:00',
  address: {},
  ...values
})
const listed = (numbers, next = null) => ({ statusCode: 200, data: { count: numbers.length, next, results: numbers.map((number) => order(number)) } })
const missing = { statusCode: 404, data: { code: 'not_found', message: '没有找到' } }

const SHARED = [{ tool: 'flash_sale', key: 'f', amount: 300 }, { tool: 'points', key: '', amount: 100 }]
const bought = { sku: 'a', title: '碗', options: '', picture: '', unit_price: 900, quantity: 1, amount: 900, total: 500, kind: 'GOODS', form: [], is_gift: false, activity: { tool: 'flash_sale', key: 'f' }, promotions: SHARED }
const gift = { ...bought, sku: 'g', title: '茶包', activity: null, promotions: [{ tool: 'full_reduction', key: 'r', amount: 900 }], is_gift: true }

test('lines are at the price of their activity, in the list and on their own page', async () => {
  phone(({ path }) => (path.startsWith('/orders?') ? { statusCode: 200, data: { count: 1, next: null, results: [order('A', { lines: [bought, gift] })] } } : path === '/orders/A' ? { statusCode: 200, data: order('A', { lines: [bought, gift] }) } : missing))
  const prices = (lines) => lines.map((line) => [line.unit_price, line.list_price])
  const orders = page(`${ORDER}/orders/orders.js`, {})
  await until(() => orders.data.state === 'ready')
  const detail = page(`${ORDER}/detail/detail.js`, { number: 'A' })
  await until(() => detail.data.state === 'ready')
  for (const lines of [orders.data.orders[0].shown, detail.data.lines]) assert.deepEqual(prices(lines), [[600, 900], [900, undefined]])
})

test('what was bought is put into the cart again, what was given is not', async () => {
  const sent = []
  const wx = phone(({ method, data }) => method === 'POST' && sent.push(data.sku) && { statusCode: 201, data: {} })
  wx.switchTab = ({ url }) => wx.told.push(url)
  await acts.act('again', order('A', { lines: [bought, gift] }))
  assert.deepEqual([sent, wx.told], [['a'], ['/pages/cart/cart']])
})

test('an answer for another tab is dropped', async () => {
  const waiting = {}
  phone(({ path }) => {
    return new Promise((resolve) => (waiting[path.includes('status=SHIPPED') ? 'SHIPPED' : 'ALL'] = resolve))
  })
  const orders = page(`${ORDER}/orders/orders.js`, {})
  await until(() => waiting.ALL)
  orders.onTab(tapped({ status: 'SHIPPED' }))
  await until(() => waiting.SHIPPED)
  waiting.SHIPPED(listed(['S1']))
  await until(() => orders.data.state === 'ready')
  waiting.ALL(listed(['A1', 'A2']))
  await settled()
  assert.deepEqual(orders.data.orders.map((each) => each.number), ['S1'])
})

test('what waits is asked for once, by whoever is logged in', async () => {
  const wx = phone(({ path }) => (path === '/me/counts' ? { statusCode: 200, data: { unpaid: 2, to_review: 1 } } : listed([])))
  const stranger = page(`${ORDER}/orders/orders.js`, { status: 'TO_REVIEW' })
  await until(() => stranger.data.state === 'ready')
  assert.deepEqual([stranger.data.counts, wx.asked], [{}, ['GET /orders?status=TO_REVIEW&page=1&page_size=10']])
  wx.setStorageSync('session', { token: 't', expiresAt: '2099-01-01T00:00:00+08:00', member: {} })
  session.restore()
  const orders = page(`${ORDER}/orders/orders.js`, {})
  await until(() => orders.data.counts.unpaid)
  session.forget()
  assert.deepEqual([orders.data.counts, wx.asked.filter((each) => each === 'GET /me/counts').length], [{ unpaid: 2, to_review: 1 }, 1])
})

test('the tab of refunds leads to their list and leaves this one as it is', async () => {
  const wx = phone(() => listed(['A']))
  const orders = page(`${ORDER}/orders/orders.js`, { status: 'AFTER_SALE' })
  await until(() => orders.data.state === 'ready')
  const before = wx.asked.length
  orders.onTab(tapped({ status: 'AFTER_SALE' }))
  assert.deepEqual([orders.data.status, wx.told, wx.asked.length], ['', ['/packages/order/after-sale/list/list'], before])
})

test('the list grows to its end, and an unknown status shows all', async () => {
  const { asked } = phone(({ path }) => (path.includes('page=2') ? listed(['C']) : listed(['A', 'B'], '/next')))
  const orders = page(`${ORDER}/orders/orders.js`, { status: 'WRONG' })
  await until(() => orders.data.more)
  assert.equal(orders.data.status, '')
  orders.onReachBottom()
  await until(() => !orders.data.more)
  assert.deepEqual(orders.data.orders.map((each) => each.number), ['A', 'B', 'C'])
  const before = asked.length
  orders.onReachBottom()
  assert.equal(asked.length, before)
})

test('a list that does not come says so, and comes by another try', async () => {
  let works = false
  phone(() => (works ? listed(['A']) : { statusCode: 403, data: { code: 'forbidden', message: '店铺休息中' } }))
  const orders = page(`${ORDER}/orders/orders.js`, {})
  await until(() => orders.data.state === 'error')
  assert.equal(orders.data.message, '店铺休息中')
  works = true
  orders.onRetry()
  await until(() => orders.data.state === 'ready')
})

test('an order is found by its number and by that of a payment, on any phone', async () => {
  const known = { '/orders/N1': order('N1'), '/orders/by-trade/T1': order('N1') }
  const { asked } = phone(({ path }) => (known[path] ? { statusCode: 200, data: known[path] } : missing))
  for (const query of [{ out_trade_no: 'T1' }, { number: 'N1' }]) {
    const detail = page(`${ORDER}/detail/detail.js`, query)
    await until(() => detail.data.state === 'ready')
    assert.deepEqual([detail.data.number, detail.data.order.number, detail.data.text], ['N1', 'N1', '待付款'])
    detail.onUnload()
  }
  assert.deepEqual(asked.filter((each) => each.includes('/orders/')), ['GET /orders/by-trade/T1', 'GET /orders/N1'])
  const unknown = page(`${ORDER}/detail/detail.js`, { out_trade_no: 'T2' })
  await until(() => unknown.data.state === 'gone')
})

test('a payment on its way is asked for until it has arrived, and no longer than its page', async (context) => {
  let status = 'PROCESSING'
  const { asked } = phone(({ path }) => {
    if (path.endsWith('/pay-status')) return { statusCode: 200, data: { status, paid: 0 } }
    return path === '/orders/N1' ? { statusCode: 200, data: order('N1', { status: 'TO_SHIP', paid: 900 }) } : missing
  })
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const flush = async () => {
    for (let round = 0; round < 8; round++) await settled()
  }
  const result = page(`${ORDER}/result/result.js`, { number: 'N1', outcome: 'PENDING' })
  context.mock.timers.tick(2000)
  await flush()
  assert.equal(result.data.outcome, 'PENDING')
  status = 'PAID'
  context.mock.timers.tick(3000)
  await flush()
  assert.deepEqual([result.data.outcome, result.data.order.number], ['PAID', 'N1'])
  const questions = () => asked.filter((one) => one.endsWith('/pay-status')).length
  const left = page(`${ORDER}/result/result.js`, { number: 'N1', outcome: 'PENDING' })
  left.onUnload()
  const before = questions()
  context.mock.timers.tick(60000)
  await flush()
  assert.equal(questions(), before)
})

test('an after-sale is applied for once, whatever the network does', async () => {
  const keys = []
  const sent = []
  const answers = [{ statusCode: 503, data: null }, { statusCode: 503, data: null }, { statusCode: 503, data: null }, { statusCode: 201, data: { number: 'R1' } }]
  const wx = phone(({ method, path, data }) => {
    if (method === 'GET') return path === '/orders/N1' ? { statusCode: 200, data: order('N1', { status: 'COMPLETED' }) } : missing
    sent.push(data)
    return answers.shift()
  })
  wx.redirectTo = ({ url }) => wx.told.push(url)
  const { request } = wx
  wx.request = (options) => {
    if (options.method === 'POST') keys.push(options.header['Idempotency-Key'])
    return request(options)
  }
  const apply = page(`${ORDER}/after-sale/apply/apply.js`, { number: 'N1' })
  await until(() => apply.data.state === 'ready')
  await apply.onSubmit()
  assert.deepEqual([wx.told, sent], [['请选择退款原因'], []])
  apply.onReason({ detail: { value: '3' } })
  await apply.onSubmit()
  await apply.onSubmit()
  assert.deepEqual([keys.length, new Set(keys).size], [4, 1])
  assert.deepEqual(sent[3], { order: 'N1', lines: [{ line: 1, quantity: 1 }], reason: 'BROKEN', description: '', pictures: [] })
  assert.equal(wx.told.pop(), '/packages/order/after-sale/detail/detail?number=R1')
})
