import assert from 'node:assert/strict'
import test from 'node:test'
import bargain from '../../app/packages/marketing/bargain/model.js'
import basket from '../../app/services/basket.js'
import cutting from '../../app/packages/marketing/cutting/model.js'
import session from '../../app/services/session.js'
import store from '../../app/services/store.js'
import '../../app/packages/marketing/services/bargains.js'
import { phone } from './fakes.mjs'
import { page, tapped, until } from './pages.mjs'

const PAGE = '../../app/packages/marketing/bargain/bargain.js'
const CUTTING = '../../app/packages/marketing/cutting/cutting.js'
const MINE = '../../app/packages/marketing/my-bargains/my-bargains.js'

const activity = (details = {}) => ({
  key: 'a1',
  phase: 'LIVE',
  limits: { per_order: 0, per_member: 0 },
  items: [{ sku: 's1', options: '', price: 100, normal_price: 1000, sold_out: false, product: { key: 'p1', title: '碗', cover: '' } }],
  details: { helpers: 3, hours: 24, pay_hours: 2, any_price: false, most_helps: 0, ...details }
})
const row = (more = {}) => ({
  key: 'b1', activity: 'a1', sku: 's1', product: 'p1', title: '碗', options: '', cover: '', normal_price: 1000, price: 700, lowest_price: 100, helped: 1, missing: 2,
  state: 'OPEN', can_be_ordered: false, sold_out: false, order: '', ends_at: '2026-11-24T10:00:00+08:00', is_mine: true, has_helped: false,
  cuts: [{ name: '李**', avatar: '', amount: 100, at: '2026-11-23T10:05:00+08:00' }, { name: '', avatar: '', amount: 200, at: '2026-11-23T10:00:00+08:00' }],
  ...more
})

test('the rule is told in sentences: the launcher cuts first, and it is bought at the end or at any price', () => {
  const rules = (details) => bargain.view(activity(details)).rules
  assert.deepEqual(rules(), ['发起后自己先砍一刀，再请 2 位好友各砍一刀，就到最低价。', '24 小时内砍到最低价，就能购买 1 件。', '砍到最低价后请在 2 小时内下单，活动结束时没有下单就作废。', '每位好友在同一个砍价里只能砍一刀。'])
  assert.equal(rules({ any_price: true })[1], '24 小时内随时可以按当时的价格购买 1 件。')
  assert.equal(rules({ most_helps: 3 })[3], '每位好友在这个活动里最多帮砍 3 次。')
})

test('what runs for a SKU is known among the shopper’s bargains', () => {
  assert.deepEqual(bargain.running([row(), row({ key: 'b2', sku: 's2', state: 'OVER' }), row({ key: 'b3', sku: 's3', activity: 'a9' })], 'a1'), { s1: 'b1' })
})

test('a bargain says to its launcher how far it is, and what can be done', () => {
  const shown = (more) => cutting.view(row(more))
  const open = shown()
  assert.deepEqual([open.said.title, open.percent, open.saved, open.acts], ['还差 2 刀到最低价', 33, 300, { buy: false, share: true, order: false, help: false, own: false }])
  assert.deepEqual(open.cuts.map(({ name, launched, words, when }) => [name, launched, words, when]), [['李**', false, '砍掉 ¥1.00', '11-23 10:05'], ['微信用户', true, '砍掉 ¥2.00', '11-23 10:00']])
  const early = shown({ can_be_ordered: true })
  assert.deepEqual([early.said.hint, early.acts.buy, early.acts.share], ['现在就可以买，也可以再请好友砍', true, true])
  const down = shown({ missing: 0, price: 100, can_be_ordered: true })
  assert.deepEqual([down.said.title, down.percent, down.acts.buy, down.acts.share], ['砍到最低价了', 100, true, false])
  assert.deepEqual(shown({ state: 'ORDERED', order: 'N1' }).acts, { buy: false, share: false, order: true, help: false, own: false })
  assert.equal(shown({ state: 'OVER' }).acts.own, true)
})

test('a friend may cut once, and nobody cuts for what is gone', () => {
  const shown = (more) => cutting.view(row({ is_mine: false, ...more }))
  assert.deepEqual([shown().said.title, shown().acts], ['帮好友砍一刀', { buy: false, share: false, order: false, help: true, own: true }])
  assert.deepEqual([shown({ has_helped: true }).said.title, shown({ has_helped: true }).acts.help], ['您已经帮砍过了', false])
  assert.deepEqual([shown({ missing: 0 }).said.title, shown({ missing: 0 }).acts.help], ['已经砍到最低价', false])
  for (const more of [{ sold_out: true }, { sold_out: true, is_mine: true, can_be_ordered: true }]) {
    const gone = shown(more)
    assert.deepEqual([gone.said.title, gone.acts.help, gone.acts.buy, gone.acts.share], ['商品已经抢光', false, false, false])
  }
})

/** A shop with a bargain; `answers` replace those of a path. */
function shop(answers = {}) {
  const known = { '/activities/a1': activity(), '/bargains': row(), '/bargains/b1': row(), '/bargains/b1/help': { amount: 250, price: 450, missing: 1 }, '/me/bargains?page=1': { count: 1, next: null, results: [row()] }, ...answers }
  const wx = phone(({ path }) => {
    const data = known[path]
    if (!data) return { statusCode: 404, data: { code: 'not_found', message: '没有找到' } }
    return data.code ? { statusCode: 409, data } : { statusCode: 200, data }
  })
  wx.opened = []
  wx.navigateTo = ({ url }) => wx.opened.push(url)
  return wx
}

function loggedIn() {
  store.write('session', { token: 't', expiresAt: '2099-01-01T00:00:00+08:00', member: { key: 'm' } })
  session.restore()
}

test('a bargain is launched, or gone on with, and leads to its page', async () => {
  const wx = shop()
  loggedIn()
  const shown = page(PAGE, { activity: 'a1' })
  await until(() => shown.data.running.s1)
  await shown.onLaunch()
  shown.onAlone()
  assert.deepEqual(wx.opened, ['/packages/marketing/cutting/cutting?key=b1', '/pages/product/product?key=p1'])
  session.forget()
})

test('a visitor looks without logging in, and hears when it is over', async () => {
  const wx = shop({ '/bargains': { code: 'activity_over', message: '活动已结束或不存在' } })
  const shown = page(PAGE, { activity: 'a1' })
  await until(() => shown.data.status === 'ready')
  assert.deepEqual(wx.asked, ['GET /activities/a1'])
  await shown.onLaunch()
  assert.deepEqual([wx.told, shown.data.busy, wx.opened], [['活动已结束或不存在'], false, []])
  shop({ '/activities/a1': null })
  await shown.load()
  assert.equal(shown.data.status, 'gone')
})

test('a friend cuts, is told how much, and sees the new price', async () => {
  const wx = shop({ '/bargains/b1': row({ is_mine: false }) })
  const shown = page(CUTTING, { key: 'b1' })
  await until(() => shown.data.status === 'ready')
  await shown.onHelp()
  assert.deepEqual([shown.data.gave, wx.told, wx.asked], [250, ['帮好友砍掉 ¥2.50'], ['GET /bargains/b1', 'POST /bargains/b1/help', 'GET /bargains/b1']])
  shown.onOwn()
  assert.deepEqual(wx.opened, ['/packages/marketing/bargain/bargain?activity=a1&product=p1'])
  assert.equal(shown.onShareAppMessage().path, '/packages/marketing/cutting/cutting?key=b1')
})

test('a cut that is refused is told in the words of the shop', async () => {
  const wx = shop({ '/bargains/b1': row({ is_mine: false }), '/bargains/b1/help': { code: 'already_helped', message: '您已经帮砍过了' } })
  const shown = page(CUTTING, { key: 'b1' })
  await until(() => shown.data.status === 'ready')
  await shown.onHelp()
  assert.deepEqual([shown.data.gave, shown.data.busy, wx.told], [0, false, ['您已经帮砍过了']])
})

test('it is bought in its activity, one unit', async () => {
  const wx = shop({ '/bargains/b1': row({ can_be_ordered: true }) })
  const shown = page(CUTTING, { key: 'b1' })
  await until(() => shown.data.status === 'ready')
  shown.onBuy()
  assert.deepEqual(basket.now().items, [{ sku: 's1', quantity: 1, product: 'p1', activity: { tool: 'bargain', key: 'a1' } }])
  assert.deepEqual(wx.opened, ['/packages/order/checkout/checkout'])
})

test('the shopper’s bargains are a list in words', async () => {
  const results = [row(), row({ key: 'b2', missing: 0 }), row({ key: 'b3', sold_out: true }), row({ key: 'b4', state: 'OVER' })]
  const wx = shop({ '/me/bargains?page=1': { count: 4, next: null, results } })
  const shown = page(MINE)
  await until(() => shown.data.rows.length)
  assert.deepEqual(shown.data.rows.map((each) => each.words), ['砍价中', '已到最低价', '已抢光', '已结束'])
  shown.onBargain(tapped({ key: 'b1' }))
  assert.deepEqual(wx.opened, ['/packages/marketing/cutting/cutting?key=b1'])
})
