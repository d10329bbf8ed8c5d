/** Paying in a browser: the cashier is another page, and not every shop has one. */
import assert from 'node:assert/strict'
import test, { beforeEach } from 'node:test'
import paying from '../../app/packages/order/paying.js'
import payment from '../../app/packages/order/services/payment.js'
import { settings } from '../../app/services/settings.js'
import { phone, settled } from './fakes.mjs'
import { page, until } from './pages.mjs'

const RESULT = '../../app/packages/order/result/result.js'
const WAITING = '/packages/order/result/result?number=N1&outcome=RETURNED'
const H5 = { provider: 'wechat', trade: 'h5', name: '微信支付' }
const CODE = 'https://api.example.cn/media/c/orders.png'
const state = { methods: [], pay: null, status: 'PROCESSING', sent: [], wx: null }

beforeEach(() => {
  Object.assign(state, { methods: [H5], pay: { statusCode: 200, data: { out_trade_no: 'T1', client: { h5_url: 'https://pay.test/p?x=1' } } }, status: 'PROCESSING', sent: [] })
  state.wx = phone(({ method, path, data }) => {
    if (path === '/payments/methods?client=h5') return { statusCode: 200, data: state.methods }
    if (method === 'POST' && path === '/orders/N1/pay') {
      state.sent.push(data)
      return state.pay
    }
    if (path === '/mini-program-code?page=orders') return { statusCode: 200, data: { picture: '/media/c/orders.png' } }
    if (path === '/orders/N1/pay-status') return { statusCode: 200, data: { status: state.status, paid: 0 } }
    if (path === '/orders/N1') return { statusCode: 200, data: { number: 'N1', status: state.status === 'PAID' ? 'TO_SHIP' : 'UNPAID', total: 900 } }
    return { statusCode: 404, data: { code: 'not_found', message: '没有找到' } }
  })
  settings().client = 'h5'
  const { wx } = globalThis
  wx.redirectTo = ({ url }) => wx.told.push(url)
  wx.requestPayment = ({ h5_url: cashier, back, success }) => {
    wx.told.push([cashier, back])
    success({})
  }
})

test('the waiting page is opened first, then the browser leaves and comes back to it', async () => {
  const { told } = state.wx
  await paying.payAndTell('N1', globalThis.wx.redirectTo)
  assert.deepEqual(told, [WAITING, ['https://pay.test/p?x=1', WAITING]])
  assert.deepEqual(state.sent, [{ provider: 'wechat', trade: 'h5' }])
})

test('a shop that takes no money in a browser says where to pay, and nothing is started', async () => {
  state.methods = []
  await paying.payAndTell('N1', globalThis.wx.redirectTo)
  assert.deepEqual(state.wx.told, ['/packages/order/result/result?number=N1&outcome=ELSEWHERE'])
  assert.deepEqual(state.sent, [])
  const result = page(RESULT, { number: 'N1', outcome: 'ELSEWHERE' })
  assert.deepEqual([result.data.words.title, result.data.words.payable], ['请在微信小程序里付款', false])
  await until(() => result.data.code)
  assert.equal(result.data.code, CODE)
  result.onUnload()
})

test('in the mini-program nobody is asked by what to pay', async () => {
  delete settings().client
  assert.deepEqual(await payment.method(), { provider: 'wechat', trade: 'jsapi' })
  assert.deepEqual(state.wx.asked.filter((one) => one.includes('/payments/')), [])
})

test('a refusal is told where the shopper is', async () => {
  state.pay = { statusCode: 409, data: { code: 'payment_refused', message: '支付渠道拒绝了这次付款' } }
  assert.deepEqual(await payment.pay('N1'), { outcome: 'FAILED', advice: '支付渠道拒绝了这次付款' })
  assert.deepEqual(state.wx.told, [])
})

test('who came back may pay again, and the page sees the money come', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const flush = async () => {
    for (let round = 0; round < 8; round++) await settled()
  }
  const result = page(RESULT, { number: 'N1', outcome: 'RETURNED' })
  await flush()
  assert.deepEqual([result.data.words.title, result.data.words.payable, result.data.order.status], ['等待付款结果', true, 'UNPAID'])
  context.mock.timers.tick(2000)
  await flush()
  assert.deepEqual([result.data.outcome, result.data.words.title, result.data.words.payable], ['UNPAID', '没有完成付款', true])
  state.status = 'PAID'
  context.mock.timers.tick(3000)
  await flush()
  assert.deepEqual([result.data.outcome, result.data.order.status], ['PAID', 'TO_SHIP'])
})

test('paying again from the result page takes its place', async () => {
  const result = page(RESULT, { number: 'N1', outcome: 'CANCELLED' })
  globalThis.wx.redirectTo = ({ url }) => {
    state.wx.told.push(url)
    result.onUnload()
  }
  await result.onPay()
  await until(() => state.wx.told.length === 2)
  assert.deepEqual(state.wx.told, [WAITING, ['https://pay.test/p?x=1', WAITING]])
})

test('the checkout tells beforehand that the shop takes no money in a browser', async () => {
  const CHECKOUT = '../../app/packages/order/checkout/checkout.js'
  for (const [methods, elsewhere] of [[[], true], [[H5], false]]) {
    state.methods = methods
    const checkout = page(CHECKOUT)
    await until(() => state.wx.asked.includes('GET /payments/methods?client=h5'))
    for (let round = 0; round < 8; round++) await settled()
    assert.equal(checkout.data.elsewhere, elsewhere)
  }
})
