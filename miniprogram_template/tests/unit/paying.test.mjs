import assert from 'node:assert/strict'
import test, { beforeEach } from 'node:test'
import cart from '../../app/services/cart.js'
import payment from '../../app/packages/order/services/payment.js'
import subscribe from '../../app/packages/order/services/subscribe.js'

const state = { asked: [], answers: {}, cashier: null, agrees: 'accept', kept: {} }

/** "POST /orders/1/pay" → [status, body], or a function of the number of times it was asked. */
function answer(method, path) {
  const said = state.answers[`${method} ${path}`]
  const times = state.asked.filter((one) => one === `${method} ${path}`).length
  return (typeof said === 'function' ? said(times) : said) || [404, { code: 'not_found', message: '没有找到' }]
}

globalThis.wx = {
  getExtConfigSync: () => ({ api: 'https://shop.test/api' }),
  getStorageSync: (key) => state.kept[key] || '',
  setStorageSync: (key, value) => (state.kept[key] = value),
  request({ url, method, success }) {
    const path = url.replace('https://shop.test/api', '')
    state.asked.push(`${method} ${path}`)
    const [statusCode, data] = answer(method, path)
    setImmediate(() => success({ statusCode, data, header: {} }))
  },
  requestPayment({ success, fail }) {
    setImmediate(() => (state.cashier ? fail({ errMsg: state.cashier }) : success({})))
  },
  requestSubscribeMessage({ tmplIds, success }) {
    success({ [tmplIds[0]]: state.agrees })
  }
}

beforeEach(() => {
  state.asked = []
  state.kept = {}
  state.cashier = null
  state.agrees = 'accept'
  state.answers = {
    'POST /orders/1/pay': [200, { out_trade_no: 'T1', client: {} }],
    'GET /orders/1/pay-status': [200, { status: 'PAID', paid: 900 }]
  }
})

test('paid is what the server says', async () => {
  let accepted = 0
  assert.deepEqual(await payment.pay('1', { accepted: () => (accepted += 1) }), { outcome: 'PAID', advice: '' })
  assert.equal(accepted, 1)
})

test('the server may hear of the money a little later', async () => {
  state.answers['GET /orders/1/pay-status'] = (times) => [200, { status: times < 2 ? 'PROCESSING' : 'PAID' }]
  assert.equal((await payment.pay('1')).outcome, 'PAID')
})

test('a closed cashier and each failure have their words, and nobody is asked for messages', async () => {
  const accepted = () => assert.fail('the cashier did not say yes')
  const said = {}
  for (const words of ['requestPayment:fail cancel', 'requestPayment:fail 余额不足', 'requestPayment:fail network', 'requestPayment:fail']) {
    state.cashier = words
    said[words] = Object.values(await payment.pay('1', { accepted })).join(' ').trim()
  }
  assert.deepEqual(Object.values(said), ['CANCELLED', 'FAILED balance', 'FAILED network', 'FAILED retry'])
})

test('an order that was paid meanwhile is paid, a refusal is told', async () => {
  state.answers['POST /orders/1/pay'] = [409, { code: 'not_unpaid', message: '订单已不能付款' }]
  assert.equal((await payment.pay('1')).outcome, 'PAID')
  state.answers['POST /orders/1/pay'] = [409, { code: 'payment_unavailable', message: '店铺还没有开通支付' }]
  assert.deepEqual(await payment.pay('1'), { outcome: 'FAILED', advice: '店铺还没有开通支付' })
})

test('only an accepted message is noted, and no template asks nothing', async () => {
  state.answers['GET /orders/1/review-invitation'] = [200, { template: 'tmpl' }]
  state.answers['POST /orders/1/review-invitation'] = [204, undefined]
  assert.equal(await subscribe.template('1'), 'tmpl')
  await subscribe.ask('1', 'tmpl')
  assert.equal(state.asked.filter((one) => one === 'POST /orders/1/review-invitation').length, 1)
  state.agrees = 'reject'
  await subscribe.ask('1', 'tmpl')
  await subscribe.ask('1', '')
  assert.equal(state.asked.filter((one) => one === 'POST /orders/1/review-invitation').length, 1)
  assert.equal(await subscribe.template('2'), '')
})

test('buying again takes what can be had', async () => {
  let puts = 0
  state.answers['POST /cart/items'] = () => (++puts === 1 ? [201, {}] : [409, { code: 'sku_unavailable', message: '已下架' }])
  const lines = [{ sku: 'a', quantity: 1, title: '碗' }, { sku: 'b', quantity: 1, title: '被' }]
  assert.deepEqual(await cart.again(lines), { added: 1, missing: ['被'] })
})
