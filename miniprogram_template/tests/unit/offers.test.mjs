import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import activities from '../../app/packages/marketing/services/activities.js'
import groups from '../../app/packages/marketing/services/groups.js'
import product from '../../app/pages/product/model.js'
import basket from '../../app/services/basket.js'
import offers from '../../app/services/offers.js'
import offered from '../../app/utils/offers.js'
import tickets from '../../app/utils/tickets.js'
import { component, phone } from './fakes.mjs'
import { loaded } from './mounted.mjs'
import { tapped } from './pages.mjs'

const item = (sku, price, more = {}) => ({ sku, price, normal_price: 1000, discount_bp: 0, ...more })
const running = (tool, more = {}) => ({ key: tool, tool, title: '活动', summary: '', phase: 'LIVE', ends_at: '2026-11-30T10:00:00+08:00', items: [], details: {}, ...more })
const bowl = { key: 'p1', price: 1000, list_price: 1200, skus: [{ key: 's1', price: 1000, list_price: 1200 }, { key: 's2', price: 2000, list_price: null }] }

test('a limited-time price is the lowest there is, by price or by share, until the first of them ends', () => {
  const first = running('limited_discount', { items: [item('s1', 900), item('s2', null, { discount_bp: 2500, normal_price: 2000 })] })
  const second = running('limited_discount', { items: [item('s1', 800)], ends_at: '2026-11-24T10:00:00+08:00' })
  const found = offered.limited([first, second, running('full_reduction')])
  assert.deepEqual(found, { until: '2026-11-24T10:00:00+08:00', prices: { s1: 800, s2: 1500 } })
  const sold = offered.priced(bowl, found)
  assert.deepEqual(sold.skus.map((sku) => [sku.price, sku.list_price]), [[800, 1000], [1500, 2000]])
  assert.deepEqual([sold.price, sold.list_price], [800, 1000])
  assert.equal(offered.limited([running('full_reduction')]), null)
  assert.equal(offered.priced(bowl, null), bowl)
})

test('a limited-time price above the normal one is none', () => {
  assert.deepEqual(offered.priced(bowl, { until: '', prices: { s1: 1100 } }).skus, bowl.skus)
})

test('the member price is told where it is less than the limited-time price', () => {
  const level = { name: '金卡', discount_bp: 1000 }
  const sold = offered.priced(bowl, { until: '', prices: { s1: 800, s2: 1900 } })
  assert.equal(product.memberPrice(bowl, level, 's1', sold), null)
  assert.equal(product.memberPrice(bowl, level, 's2', sold).price, 1800)
})

test('what else runs is a row each, and leads to its page where there is one', () => {
  const group = running('group_buy', { details: { sizes: [3, 5], prices: { s1: [600, 500], s2: [700, 650] } } })
  const rows = offered.rows([group, running('full_reduction', { summary: '满 100 减 10', title: '店庆' }), running('bargain', { phase: 'COMING' }), running('second_half', { title: '第二件半价' })], 'p1')
  assert.deepEqual(rows.map((row) => [row.label, row.words]), [['拼团', '3 人团 ¥6.00 起'], ['满减', '满 100 减 10'], ['活动', '第二件半价']])
  assert.equal(rows[0].path, '/packages/marketing/group-buy/group-buy?activity=group_buy&product=p1')
  assert.equal(rows[1].path, `/pages/products/products?promotion=full_reduction&title=${encodeURIComponent('店庆')}&note=${encodeURIComponent('满 100 减 10')}`)
  assert.equal(rows[2].path, '')
})

test('each tool says what it offers, and leads to its page', () => {
  const rows = (tool, more) => offered.rows([running(tool, more)], 'p1').map((row) => [row.words, row.path])
  assert.deepEqual(rows('flash_sale', { items: [item('s1', 990), item('s2', 1990)] }), [['秒杀价 ¥9.90 起', '/packages/marketing/flash-sale/flash-sale?activity=flash_sale&product=p1']])
  assert.equal(rows('flash_sale', { items: [item('s1', 990, { sold_out: true })] })[0][0], '这一场已抢光')
  assert.deepEqual(rows('bargain', { items: [item('s1', 100)] }), [['请好友砍价，最低 ¥1.00', '/packages/marketing/bargain/bargain?activity=bargain&product=p1']])
  assert.deepEqual(rows('bundle', { details: { price: 6000, quantities: {} } }), [['活动，一套 ¥60.00', '/packages/marketing/bundle/bundle?activity=bundle&product=p1']])
  assert.deepEqual(rows('add_on', { details: { threshold: 9900 } }), [['满 ¥99.00 可以加价换购', '/packages/marketing/add-on/add-on?activity=add_on&product=p1']])
})

test('a product can be bought when its activities did not come', async () => {
  phone(() => ({ statusCode: 404, data: { code: 'not_found', message: '' } }))
  assert.deepEqual(await offers.ofProduct('p1'), [])
})

test('the cards of a page ask together what runs, and again only after a failure', async () => {
  const told = { product: 'a', tools: ['limited_discount'], price: 900, normal_price: 1000 }
  let broken = true
  const wx = phone(() => (broken ? { statusCode: 422, data: {} } : { statusCode: 200, data: [told] }))
  const all = (keys) => Promise.all(keys.map(offers.label))
  assert.deepEqual(await all(['a', 'b']), [null, null])
  broken = false
  assert.deepEqual(await all(['a', 'b', 'a']), [told, null, told])
  assert.deepEqual(await all(['b', 'a']), [null, told])
  const asked = (keys) => `GET /activities/labels?products=${encodeURIComponent(keys)}`
  assert.deepEqual(wx.asked, [asked('a,b'), asked('a,b')])
  const many = Array.from({ length: 60 }, (_each, place) => `k${place}`)
  await all(many)
  assert.deepEqual(wx.asked.slice(2).map((path) => path.split('%2C').length), [40, 20])
})

test('what a card was told is asked again after a minute', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 0 })
  const wx = phone(() => ({ statusCode: 200, data: [] }))
  await offers.label('late')
  t.mock.timers.tick(59999)
  await offers.label('late')
  assert.equal(wx.asked.length, 1)
  t.mock.timers.tick(1)
  await offers.label('late')
  assert.equal(wx.asked.length, 2)
})

test('a card tells the lower price and three labels at most', () => {
  const found = { tools: ['group_buy', 'limited_discount', 'second_half', 'bundle'], price: 900, normal_price: 1000 }
  assert.deepEqual(offered.card(bowl, found), { cheap: { price: 900, list: 1000 }, labels: ['拼团', '限时折扣', '活动'] })
  const dearer = { tools: ['full_reduction'], price: 1500, normal_price: 2000 } // another SKU costs less anyway
  assert.deepEqual(offered.card(bowl, dearer), { cheap: null, labels: ['满减'] })
  assert.deepEqual([offered.card(bowl, null), offered.card(bowl, { tools: ['bargain'], price: null }).cheap], [{ cheap: null, labels: [] }, null])
})

test('the services of groups ask their paths, and what is bought in an activity goes to the checkout', async () => {
  const wx = phone(() => ({ statusCode: 200, data: [] }))
  await Promise.all([groups.open('a1'), groups.read('g1'), groups.mine(2)])
  assert.deepEqual(wx.asked, ['GET /group-buys/a1/groups', 'GET /groups/g1', 'GET /me/groups?page=2'])
  activities.buy('bundle', 'a1', [{ sku: 's1', quantity: 1, product: 'p1' }])
  assert.deepEqual(basket.now().items[0].activity, { tool: 'bundle', key: 'a1' })
  assert.deepEqual(wx.told, ['/packages/order/checkout/checkout'])
})

test('goods are chosen by product and SKU, but not what is gone', () => {
  const goods = component('../../app/packages/marketing/components/goods/goods.js', { product: { key: 'p1' } })
  goods.onProduct(tapped({ product: 'p2' }))
  goods.onSku(tapped({ sku: 's1', off: true }))
  goods.onSku(tapped({ sku: 's2', off: false }))
  assert.deepEqual(goods.events, [['choose', { product: 'p2', sku: '' }], ['choose', { product: 'p1', sku: 's2' }]])
})

test('a row of a group tells which, and when its time is over', () => {
  const row = component('../../app/packages/marketing/components/group-row/group-row.js', { group: { key: 'g1' } })
  row.onJoin()
  row.onOver()
  assert.deepEqual(row.events, [['join', { key: 'g1' }], ['over', undefined]])
})

let app
before(async () => {
  app = await loaded()
})
after(() => app.close())

test('a coupon is painted with what it takes off', async () => {
  const coupon = tickets.offer({ title: '新店券', kind: 'FIXED', value: 1000, share_bp: 0, summary: '满 100 减 10', is_limited: false, days_valid: 7, days_after: 0, left_percent: 20, is_mine: false, can_claim: true })
  const ticket = app.mount('components/ticket/ticket', { coupon })
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.match(ticket.words()[0], /¥10.*新店券.*满 100 减 10.*领取后 7 天内有效.*还剩 20%/s)
  ticket.release()
})
