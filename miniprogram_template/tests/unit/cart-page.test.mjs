import assert from 'node:assert/strict'
import test from 'node:test'
import basket from '../../app/services/basket.js'
import session from '../../app/services/session.js'
import { phone } from './fakes.mjs'
import { page, tapped, until } from './pages.mjs'

const CART = '../../app/pages/cart/cart.js'
const row = (key, quantity) => ({
  key,
  sku: { key: `s-${key}`, code: '', title: key, product_key: `p-${key}`, options: {}, price: 1000, picture: '' },
  quantity,
  is_selected: true,
  is_available: true,
  available: 9
})

const CHEAP = { tool: 'limited_discount', ends_at: '2026-12-01T00:00:00Z', items: [{ sku: 's-a', price: 800, normal_price: 1000, discount_bp: 0 }] }

/** What the server makes of the selected lines: a tenth less. */
function quoted(items) {
  const lines = items.filter((item) => item.is_selected).map(({ sku, quantity }) => ({ sku: sku.key, quantity, amount: 1000 * quantity, discount: 100 * quantity, promotions: [], is_gift: false }))
  const sum = lines.reduce((units, line) => units + line.quantity, 0)
  return { lines, discounts: [], misses: [], total: 900 * sum + 700, freight: 700 }
}

/** A server with a cart; `refuse` answers changes with a refusal, `priceless` previews. */
function shop({ refuse = false, priceless = false } = {}) {
  const items = [row('a', 1), row('b', 2)]
  const sent = []
  const wx = phone(({ method, path, data }) => {
    if (path === '/checkout/preview') return priceless ? { statusCode: 409, data: { code: 'x', message: '' } } : { statusCode: 200, data: quoted(items) }
    if (path === '/products/p-a') return { statusCode: 200, data: { key: 'p-a', skus: [{ key: 's-a', price: 1000, options: {} }] } }
    if (path === '/products/p-a/activities') return { statusCode: 200, data: [CHEAP] }
    if (method === 'GET') return { statusCode: 200, data: { items: structuredClone(items), count: items.length, total_selected: 0, problems: [] } }
    sent.push([method, path, data])
    if (refuse) return { statusCode: 409, data: { code: 'sku_unavailable', message: '已下架' } }
    if (method === 'PATCH') Object.assign(items.find((item) => path.endsWith(`/${item.key}`)), data)
    if (method === 'DELETE') items.splice(items.findIndex((item) => path.endsWith(`/${item.key}`)), 1)
    return { statusCode: 200, data: {} }
  })
  wx.setStorageSync('session', { token: 't', expiresAt: '2099-01-01T00:00:00+08:00', member: {} })
  session.restore()
  return { sent, wx }
}

async function opened() {
  const cart = page(CART)
  cart.onShow()
  await until(() => cart.data.state === 'ready')
  return cart
}

test('taps are painted at once and sent together', async () => {
  const { sent } = shop()
  const cart = await opened()
  for (const value of [2, 3, 4]) cart.onQuantity(tapped({ key: 'a' }, { value }))
  assert.equal(cart.data.totals.total, 6000)
  assert.deepEqual(sent, [])
  await cart.flush()
  assert.deepEqual(sent, [['PATCH', '/cart/items/a', { quantity: 4 }]])
  assert.equal(cart.data.lines[0].quantity, 4)
})

test('a refused number is put back and told', async () => {
  const { wx } = shop({ refuse: true })
  const cart = await opened()
  cart.onQuantity(tapped({ key: 'b' }, { value: 5 }))
  await cart.flush()
  assert.deepEqual([cart.data.lines[1].quantity, cart.data.totals.units, wx.told], [2, 3, ['已下架']])
})

test('all are selected and unselected by one tap', async () => {
  const { sent } = shop()
  const cart = await opened()
  await cart.onSelectAll()
  assert.deepEqual([sent.length, cart.data.totals.count], [2, 0])
  await cart.onCheckout()
  await cart.onSelectAll()
  assert.deepEqual([sent.length, cart.data.totals.all], [4, true])
})

test('the checkout gets what is selected, with the last number sent before', async () => {
  const { sent, wx } = shop()
  const cart = await opened()
  cart.onQuantity(tapped({ key: 'a' }, { value: 3 }))
  await cart.onCheckout()
  assert.deepEqual(sent, [['PATCH', '/cart/items/a', { quantity: 3 }]])
  assert.deepEqual(wx.told, ['/packages/order/checkout/checkout'])
  assert.deepEqual(basket.now().items, [{ sku: 's-a', quantity: 3, product: 'p-a' }, { sku: 's-b', quantity: 2, product: 'p-b' }])
})

test('another SKU comes before the old line goes', async () => {
  const { sent } = shop()
  const cart = await opened()
  cart.setData({ 'sheet.line': 'a' })
  await cart.onSheetAdd(tapped({}, { sku: 's-new', quantity: 2 }))
  assert.deepEqual(sent, [['POST', '/cart/items', { sku: 's-new', quantity: 2 }], ['DELETE', '/cart/items/a', undefined]])
  assert.deepEqual(cart.data.lines.map((line) => line.key), ['b'])
})

test('the SKUs of a line are offered at what they cost now', async () => {
  shop()
  const cart = await opened()
  await cart.onSpec(tapped({ key: 'a' }))
  const { open, product, quantity } = cart.data.sheet
  assert.deepEqual([open, product.skus[0].price, product.skus[0].list_price, quantity], [true, 800, 1000, 1])
})

test('what is selected is priced by the server, and anew after each change', async () => {
  const { wx } = shop()
  const cart = await opened()
  await until(() => cart.data.price)
  assert.deepEqual([cart.data.price.total, cart.data.price.saved, cart.data.totals.total], [2700, '3.00', 3000])
  cart.onQuantity(tapped({ key: 'a' }, { value: 4 }))
  assert.deepEqual([cart.data.stale, cart.data.price.total], [true, 2700])
  await cart.flush()
  await until(() => !cart.data.stale)
  assert.equal(cart.data.price.total, 5400)
  assert.equal(wx.asked.filter((each) => each.includes('preview')).length, 2)
})

test('a price that was asked for before a change is not shown after it', async () => {
  shop()
  const cart = await opened()
  await until(() => cart.data.price)
  const late = cart.loadPrice()
  cart.onQuantity(tapped({ key: 'a' }, { value: 4 }))
  await late
  assert.deepEqual([cart.data.price.total, cart.data.stale], [2700, true])
  await cart.flush()
  await until(() => !cart.data.stale)
  assert.equal(cart.data.price.total, 5400)
})

test('nothing selected is not priced, and without a price the plain sum is shown', async () => {
  const { wx } = shop()
  const cart = await opened()
  await until(() => cart.data.price)
  const before = wx.asked.filter((each) => each.includes('preview')).length
  await cart.onSelectAll()
  await until(() => cart.data.price === null)
  assert.deepEqual([cart.data.stale, wx.asked.filter((each) => each.includes('preview')).length], [false, before])
  shop({ priceless: true })
  const other = await opened()
  await until(() => wx.asked.length)
  assert.deepEqual([other.data.price, other.data.totals.total], [null, 3000])
})

test('a hint leads to the goods that count', async () => {
  const { wx } = shop()
  const cart = await opened()
  cart.onNear(tapped({ path: '/pages/products/products?promotion=m' }))
  assert.deepEqual(wx.told, ['/pages/products/products?promotion=m'])
})
