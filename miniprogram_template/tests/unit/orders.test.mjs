import assert from 'node:assert/strict'
import test, { before } from 'node:test'
import clock from '../../app/services/clock.js'
import detail from '../../app/packages/order/detail/model.js'
import order from '../../app/packages/order/order.js'
import result from '../../app/packages/order/result/model.js'
import { settings } from '../../app/services/settings.js'
import { phone } from './fakes.mjs'

before(() => phone(() => ({ statusCode: 404, data: {} })))

const bought = (values = {}) => ({ status: 'UNPAID', fulfilment: 'EXPRESS', cancel_reason: '', lines: [{ sku: 'a', quantity: 2, kind: 'GOODS' }], ...values })
const names = (values) => order.actions(bought(values)).map((action) => action.name)

test('each state has its buttons, the likeliest last', () => {
  assert.deepEqual(names(), ['cancel', 'pay'])
  assert.deepEqual(names({ status: 'SHIPPED' }), ['afterSale', 'receive'])
  assert.deepEqual(names({ status: 'COMPLETED', reviewable: 1 }), ['afterSale', 'again', 'review'])
  assert.deepEqual(names({ status: 'SOMETHING_NEW' }), [])
})

test('nothing is offered back of which nothing may be asked back', () => {
  assert.deepEqual(names({ status: 'TO_SHIP', lines: [{ quantity: 2, after_sale_units: 0 }] }), ['again'])
  assert.equal(order.claimable({ quantity: 2 }), 2)
})

test('what was reviewed is not offered to be', () => {
  assert.equal(order.hint(bought({ status: 'COMPLETED', reviewable: 1 })), '感谢购买，期待你的评价')
  assert.equal(order.hint(bought({ status: 'COMPLETED', reviewable: 0 })), '感谢购买')
  assert.deepEqual(names({ status: 'COMPLETED', reviewable: 0 }), ['afterSale', 'again'])
})

test('staff who try the shop are not offered what only shoppers may', () => {
  settings().preview = true
  assert.deepEqual(names({ status: 'TO_SHIP' }), ['again'])
  assert.equal(detail.painted(bought({ status: 'TO_SHIP' })).lines[0].claimable, false)
  delete settings().preview
  assert.equal(detail.painted(bought({ status: 'TO_SHIP' })).lines[0].claimable, true)
})

test('an order of services promises no parcel', () => {
  assert.equal(order.hint(bought({ status: 'TO_SHIP', fulfilment: 'VIRTUAL' })), '付款成功，无需发货')
  assert.equal(order.hint(bought({ status: 'CANCELLED', cancel_reason: 'EXPIRED' })), '超过付款时间，订单自动取消')
})

test('every outcome of a payment says what to do', () => {
  assert.deepEqual(result.words('PAID').payable, false)
  assert.deepEqual(result.words('CANCELLED').payable, true)
  assert.equal(result.words('FAILED', 'balance').title, '余额不足')
  assert.equal(result.words('FAILED', '店铺还没有开通支付').hint, '店铺还没有开通支付')
  assert.equal(result.words('FAILED', '').payable, true)
  const said = ['OPEN', 'SUCCESS', 'FAILED'].map((state) => result.ofGroup({ state, missing: 2 }))
  assert.deepEqual([said, result.ofGroup(null)], [['还差 2 人成团，快邀请好友一起买', '拼团成功，商家会尽快发货', ''], ''])
})

test('asking for the money slows down and ends', () => {
  assert.deepEqual([0, 1, 5, 20].map(result.pause), [2, 3, 7, 15])
  assert.equal(result.pause(40), null)
  assert.deepEqual(['PAID', 'CANCELLED', 'PROCESSING', 'UNPAID'].map(result.outcomeOf), ['PAID', 'CLOSED', null, null])
})

test('a deadline is counted by the server, not by the phone', () => {
  clock.heard({ Date: new Date(Date.now() + 3600 * 1000).toUTCString() })
  const left = clock.secondsUntil(new Date(Date.now() + 3660 * 1000).toISOString())
  assert.ok(left > 55 && left <= 62, String(left))
  assert.equal(clock.secondsUntil('2020-01-01T00:00:00Z'), 0)
  const [since, until] = [0, 1800].map((seconds) => new Date(Date.now() + 3700 * 1000 + seconds * 1000).toISOString())
  assert.equal(clock.secondsUntil(until, since), 1800) // heard late, the clock seems behind: never 30:01
  clock.heard({})
  assert.ok(clock.now() > Date.now() + 3000 * 1000)
  clock.heard({ date: new Date().toUTCString() })
})

test('packages and secrets are looked for only where there can be some', () => {
  assert.equal(detail.isSent(bought()), false)
  assert.equal(detail.isSent(bought({ status: 'SHIPPED' })), true)
  assert.equal(Boolean(detail.isVirtual(bought({ paid_at: '2026-01-01T00:00:00+08:00' }))), false)
  const card = bought({ paid_at: '2026-01-01T00:00:00+08:00', lines: [{ kind: 'CARD' }] })
  assert.equal(Boolean(detail.isVirtual(card)), true)
  const { services } = detail.secrets({ cards: [], services: [{ code: '123456789012', expires_at: null, refund_rule: 'NEVER' }] })
  assert.deepEqual([services[0].grouped, services[0].until, services[0].rule], ['1234 5678 9012', '长期有效', '不支持退款'])
})

test('points stand in an order where there are some, and a cancelled one earns none', () => {
  const rows = (values) => detail.painted(bought(values)).points
  assert.deepEqual(rows({ points_used: 250, points_earned: 7 }), [{ label: '使用积分', amount: 250 }, { label: '可得积分', amount: 7 }])
  assert.deepEqual(rows({ status: 'CANCELLED', points_used: 250, points_earned: 7 }), [{ label: '使用积分', amount: 250 }])
  assert.deepEqual(rows({ points_used: 0, points_earned: 0 }), [])
})
