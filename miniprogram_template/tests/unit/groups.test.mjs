import assert from 'node:assert/strict'
import test from 'node:test'
import basket from '../../app/services/basket.js'
import checkout from '../../app/packages/order/checkout/model.js'
import goods from '../../app/packages/marketing/goods.js'
import group from '../../app/packages/marketing/group/model.js'
import groupBuy from '../../app/packages/marketing/group-buy/model.js'
import order from '../../app/packages/order/order.js'
import { phone } from './fakes.mjs'
import { page, tapped, until } from './pages.mjs'

const item = (sku, more = {}) => ({ sku, options: sku, price: 600, normal_price: 1000, sold_out: false, product: { key: 'p1', title: '碗', cover: '' }, ...more })
const activity = (more = {}) => ({
  key: 'a1',
  phase: 'LIVE',
  limits: { per_order: 0, per_member: 2 },
  items: [item('s1', { sold_out: true }), item('s2')],
  details: { sizes: [3, 2], prices: { s1: [600, 700], s2: [650, 750] }, hours: 24, leader_reward: { kind: 'points', quantity: 50, ref: '' } },
  ...more
})
const row = (more = {}) => ({ key: 'g1', activity: 'a1', state: 'OPEN', size: 3, paid: 1, missing: 2, is_mine: false, order: '', members: [{ name: '李**', avatar: '' }], items: [item('s2')], expires_at: '2026-11-24T10:00:00+08:00', ...more })

test('the goods of an activity are products with their SKUs, and one begins with what can be bought', () => {
  const all = goods.products([item('s1', { sold_out: true }), item('s2'), item('s3', { product: { key: 'p2', title: '杯', cover: '' } })])
  assert.deepEqual(all.map((each) => [each.key, each.skus.map((one) => one.key)]), [['p1', ['s1', 's2']], ['p2', ['s3']]])
  assert.equal(goods.chosen(all, '', '').sku.key, 's2')
  assert.equal(goods.chosen(all, 'p2', '').sku.key, 's3')
  assert.equal(goods.chosen(all, 'p1', 's1').sku.key, 's2')
  assert.deepEqual(goods.chosen([], '', ''), { product: null, sku: null })
})

test('a group buy says how it goes, what a unit costs in each size, and what an order names', () => {
  const { rules, sizes } = groupBuy.view(activity())
  assert.deepEqual(rules.slice(2), ['每人最多买 2 件。', '成团后，团长得 50 积分。'])
  assert.equal(groupBuy.price(activity(), 's2', 1), 750)
  assert.deepEqual([0, 1].map((place) => groupBuy.opening(sizes, place)), ['', 'size-2'])
  assert.deepEqual([groupBuy.most(activity()), groupBuy.most(activity({ limits: { per_order: 1, per_member: 0 } })), groupBuy.most(activity({ limits: { per_order: 0, per_member: 0 } }))], [2, 1, 99])
})

test('a group says to its members and to strangers what is next, and shows who is missing', () => {
  const said = (more) => group.view(row(more)).said
  assert.equal(said({}).hint, '付款后就能参团，没有凑齐会自动退款')
  assert.equal(said({ is_mine: true }).title, '还差 2 人成团')
  assert.equal(said({ state: 'FAILED', is_mine: true }).hint, '没有凑齐人数，您付的钱会原路退回')
  assert.equal(said({ state: 'SUCCESS' }).hint, '这个团已经满了，您可以自己开一个')
  assert.deepEqual(group.view(row()).seats.map((seat) => [seat.taken, !!seat.leads]), [[true, true], [false, false], [false, false]])
  assert.equal(group.view(row({ size: 50 })).seats.length, 10)
})

test('an order tells of its group', () => {
  const hint = (status, state) => order.hint({ status, cancel_reason: 'REFUNDED', lines: [], activities: { group_buy: { state, missing: 2 } } })
  assert.equal(hint('WAIT_GROUP', 'OPEN'), '还差 2 人成团，凑齐后商家就会发货')
  assert.equal(hint('CANCELLED', 'FAILED'), '拼团没有成功，付过的钱已原路退回')
  assert.equal(hint('CANCELLED', 'SUCCESS'), '已全额退款，原路退回')
  assert.equal(hint('TO_SHIP', 'SUCCESS'), '商家正在准备商品')
})

test('what is bought in an activity is ordered in it, and a group may be opened instead of joined', () => {
  basket.ofItems([{ sku: 's2', quantity: 1, product: 'p1', activity: { tool: 'group_buy', key: 'a1', option: 'g1' } }, { sku: 's9', quantity: 2, product: 'p9' }])
  const key = basket.key()
  const items = () => checkout.body(basket.now(), {}).items
  assert.deepEqual(items(), [{ sku: 's2', quantity: 1, activity: { tool: 'group_buy', key: 'a1', option: 'g1' } }, { sku: 's9', quantity: 2 }])
  basket.choose('')
  assert.deepEqual(items()[0].activity, { tool: 'group_buy', key: 'a1', option: '' })
  assert.notEqual(basket.key(), key)
})

/** A shop with a group buy; `opened` are the addresses that were gone to. */
function shop(answers = {}) {
  const wx = phone(({ path }) => {
    if (answers[path]) return answers[path]
    if (path === '/activities/a1') return { statusCode: 200, data: activity() }
    if (path === '/group-buys/a1/groups') return { statusCode: 200, data: [row()] }
    if (path.startsWith('/groups/')) return { statusCode: 200, data: row() }
    return { statusCode: 404, data: { code: 'not_found', message: '没有找到' } }
  })
  wx.opened = []
  wx.navigateTo = ({ url }) => wx.opened.push(url)
  return wx
}

test('a group is opened in the chosen size, alone or with what may be joined', async () => {
  const wx = shop()
  const shown = page('../../app/packages/marketing/group-buy/group-buy.js', { activity: 'a1' })
  await until(() => shown.data.groups.length)
  assert.deepEqual([shown.data.sku.key, shown.data.price], ['s2', 650])
  shown.onSize(tapped({ place: 1 }))
  assert.equal(shown.data.price, 750)
  shown.onQuantity({ detail: { value: 2 } })
  shown.onOpenGroup()
  assert.deepEqual(basket.now().items, [{ sku: 's2', quantity: 2, product: 'p1', activity: { tool: 'group_buy', key: 'a1', option: 'size-2' } }])
  shown.onJoin({ detail: { key: 'g1' } })
  shown.onAlone()
  assert.deepEqual(wx.opened, ['/packages/order/checkout/checkout', '/packages/marketing/group/group?key=g1', '/pages/product/product?key=p1'])
})

test('a group buy that is over, and one that does not load, say so', async () => {
  shop({ '/activities/a1': { statusCode: 404, data: { code: 'not_found', message: '没有找到' } } })
  const over = page('../../app/packages/marketing/group-buy/group-buy.js', { activity: 'a1' })
  await until(() => over.data.status === 'gone')
  shop({ '/activities/a1': { statusCode: 422, data: { code: 'x', message: '坏了' } } })
  const failed = page('../../app/packages/marketing/group-buy/group-buy.js', { activity: 'a1' })
  await until(() => failed.data.status === 'error')
  assert.equal(failed.data.message, '坏了')
})

test('who has the link of a group joins it', async () => {
  const wx = shop()
  const shown = page('../../app/packages/marketing/group/group.js', { key: 'g1' })
  await until(() => shown.data.status === 'ready')
  shown.onJoin()
  assert.deepEqual(basket.now().items[0].activity, { tool: 'group_buy', key: 'a1', option: 'g1' })
  shown.onOwn()
  assert.deepEqual(wx.opened, ['/packages/order/checkout/checkout', '/packages/marketing/group-buy/group-buy?activity=a1'])
  assert.equal(shown.onShareAppMessage().path, '/packages/marketing/group/group?key=g1')
})
