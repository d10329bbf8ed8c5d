import assert from 'node:assert/strict'
import test from 'node:test'
import addOn from '../../app/packages/marketing/add-on/model.js'
import addOns from '../../app/packages/marketing/services/add-ons.js'
import basket from '../../app/services/basket.js'
import bundle from '../../app/packages/marketing/bundle/model.js'
import checkout from '../../app/packages/order/checkout/model.js'
import session from '../../app/services/session.js'
import store from '../../app/services/store.js'
import { phone } from './fakes.mjs'
import { page, tapped, until } from './pages.mjs'

const item = (sku, more = {}) => ({ sku, options: '', price: null, normal_price: 1000, sold_out: false, product: { key: `p-${sku}`, title: sku, cover: '' }, ...more })
const BUNDLE = { key: 'a1', title: '茶具一套', phase: 'LIVE', limits: { per_order: 0, per_member: 3 }, items: [item('pot', { normal_price: 5000 }), item('cup')], details: { price: 6000, quantities: { pot: 1, cup: 4 } } }
const ADD_ON = { key: 'a2', title: '加价购', phase: 'LIVE', limits: { per_order: 2, per_member: 0 }, items: [item('s1', { price: 100 }), item('s2', { price: 200 }), item('s3', { price: 300 }), item('s4', { price: 400, sold_out: true })], details: { threshold: 9900, is_all: false } }

test('a bundle says what its parts cost one by one, what the set costs, and what that saves', () => {
  const { parts, normal, price, saved, gone } = bundle.view(BUNDLE)
  assert.deepEqual([parts.map((part) => part.quantity), normal, price, saved, gone], [[1, 4], 9000, 6000, 3000, false])
  assert.deepEqual(bundle.items(parts, 2), [{ sku: 'pot', quantity: 2, product: 'p-pot' }, { sku: 'cup', quantity: 8, product: 'p-cup' }])
  assert.deepEqual([bundle.most(BUNDLE), bundle.most({ limits: { per_order: 0, per_member: 0 } })], [3, 99])
})

test('parts that became cheaper than the set cost what they cost, and a part that is gone stops the set', () => {
  const { price, saved } = bundle.view({ ...BUNDLE, details: { ...BUNDLE.details, price: 9500 } })
  assert.deepEqual([price, saved], [9000, 0])
  assert.equal(bundle.view({ ...BUNDLE, items: [BUNDLE.items[0], item('cup', { sold_out: true })] }).gone, true)
})

test('what is missing to the threshold is said, and what may be chosen', () => {
  assert.deepEqual([null, 1200, 0].map((missing) => addOn.standing(9900, missing).title), ['买满 ¥99.00 就能换购', '还差 ¥12.00 就能换购', '已经可以换购'])
  assert.deepEqual([addOn.most(ADD_ON), addOn.most({ ...ADD_ON, limits: { per_order: 0, per_member: 0 } })], [2, 4])
  assert.deepEqual([addOn.tapped(['s1'], 's2'), addOn.tapped(['s1', 's2'], 's1')], [['s1', 's2'], ['s2']])
  assert.deepEqual(addOn.totals(ADD_ON.items, ['s1', 's3']), { count: 2, sum: 400 })
})

test('what is added is ordered beside the selected lines of the cart', () => {
  basket.ofCart([{ sku: 'c1', quantity: 2, product: 'p' }, { sku: 's1', quantity: 1, product: 'q', activity: { tool: 'add_on', key: 'a2' } }])
  const { cart, items } = checkout.body(basket.now(), {})
  assert.deepEqual([cart, items], [true, [{ sku: 's1', quantity: 1, activity: { tool: 'add_on', key: 'a2' } }]])
})

/** A shop whose cart lacks `missing` fen. */
function shop({ missing = 0, activity = ADD_ON } = {}) {
  const previews = []
  const wx = phone(({ path, data }) => {
    if (path === '/activities/a1') return { statusCode: 200, data: BUNDLE }
    if (path === '/activities/a2') return { statusCode: 200, data: activity }
    if (path === '/cart') return { statusCode: 200, data: { count: 2, items: [{ is_selected: true, quantity: 2, sku: { key: 'c1', product_key: 'p1' } }, { is_selected: false, quantity: 1, sku: { key: 'c2', product_key: 'p2' } }] } }
    if (path === '/checkout/preview') {
      previews.push(data)
      return missing ? { statusCode: 409, data: { code: 'threshold_not_reached', message: '再买一点', detail: { activity: 'a2', missing } } } : { statusCode: 200, data: {} }
    }
    return { statusCode: 404, data: { code: 'not_found', message: '没有找到' } }
  })
  wx.opened = []
  wx.navigateTo = ({ url }) => wx.opened.push(url)
  return { wx, previews }
}

function loggedIn() {
  store.write('session', { token: 't', expiresAt: '2099-01-01T00:00:00+08:00', member: { key: 'm' } })
  session.restore()
}

const ADD_ON_PAGE = '../../app/packages/marketing/add-on/add-on.js'

test('whole sets are bought, as many as wanted', async () => {
  const { wx } = shop()
  const shown = page('../../app/packages/marketing/bundle/bundle.js', { activity: 'a1' })
  await until(() => shown.data.status === 'ready')
  shown.onSets({ detail: { value: 3 } })
  shown.onBuy()
  assert.deepEqual(basket.now().items.map(({ sku, quantity, activity }) => [sku, quantity, activity]), [['pot', 3, { tool: 'bundle', key: 'a1' }], ['cup', 12, { tool: 'bundle', key: 'a1' }]])
  shown.onProduct(tapped({ product: 'p-cup' }))
  assert.deepEqual(wx.opened, ['/packages/order/checkout/checkout', '/pages/product/product?key=p-cup'])
})

test('a bundle that is over says so', async () => {
  shop()
  const shown = page('../../app/packages/marketing/bundle/bundle.js', { activity: 'gone' })
  await until(() => shown.data.status === 'gone')
})

test('a full cart may add what is there, as many as an order may have', async () => {
  const { wx, previews } = shop()
  loggedIn()
  const shown = page(ADD_ON_PAGE, { activity: 'a2' })
  await until(() => shown.data.missing === 0)
  assert.deepEqual(previews, [{ cart: true, items: [{ sku: 's1', quantity: 1, activity: { tool: 'add_on', key: 'a2' } }] }])
  for (const [sku, off] of [['s1', false], ['s4', true], ['s2', false], ['s3', false]]) shown.onPick(tapped({ sku, off }))
  assert.deepEqual([shown.chosen, shown.data.count, shown.data.sum, wx.told], [['s1', 's2'], 2, 300, ['每单最多换购 2 件']])
  await shown.onBuy()
  assert.deepEqual(basket.now().items.map(({ sku, activity }) => [sku, !!activity]), [['c1', false], ['s1', true], ['s2', true]])
  assert.deepEqual([basket.now().cart, wx.opened], [true, ['/packages/order/checkout/checkout']])
  session.forget()
})

test('a cart that lacks something leads to what counts, and a visitor is not asked to log in', async () => {
  const { wx, previews } = shop({ missing: 1200 })
  const visitor = page(ADD_ON_PAGE, { activity: 'a2' })
  await until(() => visitor.data.status === 'ready')
  assert.deepEqual([visitor.data.missing, visitor.data.standing.title, previews], [null, '买满 ¥99.00 就能换购', []])
  loggedIn()
  await visitor.load()
  assert.deepEqual([visitor.data.missing, visitor.data.standing.title], [1200, '还差 ¥12.00 就能换购'])
  visitor.onGather()
  const [path] = wx.opened
  assert.ok(path.startsWith('/pages/products/products?promotion=a2&title='), path)
  session.forget()
})

test('where all goods count, all goods are shown', async () => {
  const { wx } = shop({ activity: { ...ADD_ON, details: { threshold: 9900, is_all: true } } })
  const shown = page(ADD_ON_PAGE, { activity: 'a2' })
  await until(() => shown.data.status === 'ready')
  shown.onGather()
  assert.ok(!wx.opened[0].includes('promotion='), wx.opened[0])
  assert.equal(typeof addOns.missing, 'function')
})
