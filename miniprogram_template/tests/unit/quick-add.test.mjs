import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import { component, phone, product } from './fakes.mjs'

const stock = createRequire(import.meta.url)('../../app/services/stock.js')
const QUICK = '../../app/components/quick-add/quick-add.js'
const one = product({ key: 'one', options: [], limits: { least_per_order: 2, most_per_order: null, most_per_member: null }, skus: [{ key: 'a', options: {}, price: 1, list_price: 0, sold_out: false, picture: '' }] })

test('a product with one SKU goes into the cart at once, as many as the least order has', async () => {
  const sent = []
  const { told, asked } = phone(({ method, path, data }) => {
    if (method === 'POST') sent.push(data)
    return method === 'POST' ? { statusCode: 201, data: { key: 'line' } } : { statusCode: 200, data: path === '/products/one' ? one : {} }
  })
  const quick = component(QUICK)
  await quick.add('one')
  assert.deepEqual([asked, sent, told], [['GET /products/one', 'POST /cart/items'], [{ sku: 'a', quantity: 2 }], ['已加入购物车']])
  assert.deepEqual([quick.data.open, quick.data.busy, quick.events], [false, '', [['added', undefined]]])
})

test('where there is something to choose the sheet opens, and hears of the stock until it closes', async (t) => {
  const cheap = { tool: 'limited_discount', ends_at: '2026-12-01T00:00:00Z', items: [{ sku: 'b', price: 7, normal_price: 9, discount_bp: 0 }] }
  phone(({ path }) => ({ statusCode: 200, data: path === '/products/p1' ? product() : [cheap] }))
  let ended = 0
  t.mock.method(stock, 'watch', (_key, heard) => {
    heard({ a: 0 })
    return () => (ended += 1)
  })
  const quick = component(QUICK)
  await quick.add('p1')
  assert.deepEqual([quick.data.open, quick.data.product.skus[0].sold_out, ended], [true, true, 0])
  assert.equal(quick.data.product.skus.find(({ key }) => key === 'b').price, 7) // as the product's own page has it
  quick.onClose()
  quick.onClose()
  assert.deepEqual([quick.data.open, ended], [false, 1])
})

test('a product that is gone is told and leaves nothing open', async () => {
  const { told } = phone(() => ({ statusCode: 404, data: { code: 'not_found', message: '没有找到' } }))
  const quick = component(QUICK)
  await quick.add('gone')
  assert.deepEqual([told, quick.data.open, quick.data.busy], [['没有找到'], false, ''])
})

test('who buys at once goes to the checkout with what was chosen', () => {
  const { told } = phone()
  const quick = component(QUICK)
  quick.onBuy({ detail: { sku: 'a', quantity: 2, form: {}, product: 'p1' } })
  assert.deepEqual(told, ['/packages/order/checkout/checkout'])
})
