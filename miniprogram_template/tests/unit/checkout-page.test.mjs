import assert from 'node:assert/strict'
import test from 'node:test'
import basket from '../../app/services/basket.js'
import { phone } from './fakes.mjs'
import { page, tapped, until } from './pages.mjs'

const CHECKOUT = '../../app/packages/order/checkout/checkout.js'
const ADDRESS = { key: 'home', name: '李', is_default: true }
const FORM = [{ key: 'f', label: '刻字', kind: 'TEXT', required: true, choices: [], least: null, most: 4 }]

/** A server: `orders` are its answers to orders one after the other, `asks` whether the product has a form. */
function shop({ orders = [], addresses = [ADDRESS], asks = false } = {}) {
  const placed = []
  const keys = []
  const answers = [...orders]
  const wx = phone(({ method, path, data }) => {
    if (path.startsWith('/addresses')) return { statusCode: 200, data: { results: addresses } }
    if (path === '/products/p') return { statusCode: 200, data: { key: 'p', form: asks ? FORM : [] } }
    if (path === '/checkout/preview') {
      const quote = { lines: [{ sku: 'a', title: '碗', quantity: 1 }], subtotal: 900, discount: 0, freight: 0, total: 900, needs_address: true, problems: [] }
      return { statusCode: 200, data: quote }
    }
    if (method === 'POST' && path === '/orders') {
      placed.push(data)
      return answers.shift()
    }
    return { statusCode: 404, data: { code: 'not_found', message: '没有找到' } }
  })
  const request = wx.request
  wx.request = (options) => {
    if (options.header['Idempotency-Key'] && options.url.endsWith('/orders')) keys.push(options.header['Idempotency-Key'])
    const silent = options.url.endsWith('/orders') && answers[0] === 'silence'
    if (!silent) return request(options)
    answers.shift()
    return setImmediate(() => options.fail({ errMsg: 'request:fail' }))
  }
  const modals = []
  wx.showModal = ({ content, success }) => {
    modals.push(content)
    success({ confirm: true })
  }
  wx.redirectTo = ({ url }) => wx.told.push(url)
  wx.switchTab = ({ url }) => wx.told.push(url)
  return { placed, keys, modals, told: wx.told }
}

const refusal = (code, detail = {}) => ({ statusCode: 409, data: { code, message: `不行：${code}`, detail, request_id: 'r' } })
const done = { statusCode: 201, data: { number: 'N1', status: 'TO_SHIP' } }

async function opened() {
  basket.ofItems([{ sku: 'a', quantity: 1, product: 'p' }])
  const checkout = page(CHECKOUT)
  await until(() => checkout.data.state === 'ready')
  return checkout
}

test('an order goes to the default address at the price that was seen', async () => {
  const { placed, told } = shop({ orders: [done] })
  const checkout = await opened()
  checkout.onRemark({ detail: { value: ' 放门口 ' } })
  await checkout.onSubmit()
  assert.deepEqual(placed, [{ address: 'home', remark: '放门口', forms: {}, items: [{ sku: 'a', quantity: 1 }], expected_total: 900 }])
  assert.deepEqual(told, ['/packages/order/result/result?number=N1&outcome=PAID'])
})

test('another price is shown and asked about before it is paid', async () => {
  const { placed, keys, modals } = shop({ orders: [refusal('price_changed', { total: 950 }), done] })
  const checkout = await opened()
  await checkout.onSubmit()
  assert.deepEqual(modals, ['现在需要付 ¥9.50，还要提交订单吗？'])
  assert.deepEqual(placed.map((order) => order.expected_total), [900, 950])
  assert.equal(new Set(keys).size, 2)
})

test('without an answer the key stays, whatever is written in the remark', async () => {
  const { keys, told } = shop({ orders: ['silence', 'silence', 'silence', done] })
  const checkout = await opened()
  await checkout.onSubmit()
  assert.deepEqual(told, ['网络不太好，请检查后重试'])
  checkout.onRemark({ detail: { value: '改了' } })
  await checkout.onSubmit()
  assert.deepEqual([keys.length, new Set(keys).size], [4, 1])
})

test('an order that had been placed after all is found, not placed twice', async () => {
  const { told } = shop({ orders: [{ statusCode: 422, data: { code: 'idempotency_key_reused', message: '用过了' } }] })
  const checkout = await opened()
  await checkout.onSubmit()
  assert.deepEqual(told, ['/packages/order/orders/orders?status=UNPAID'])
})

test('a line that is sold out is marked, and does not bar the next try', async () => {
  const { placed } = shop({ orders: [refusal('sold_out', { skus: [{ sku: 'a', available: 0 }] }), done] })
  const checkout = await opened()
  await checkout.onSubmit()
  assert.deepEqual([checkout.data.problems, checkout.data.busy], [{ a: '已售罄，请换一件' }, false])
  await checkout.onSubmit()
  assert.equal(placed.length, 2)
})

test('a changed cart leads back to it', async () => {
  const { told } = shop({ orders: [refusal('cart_changed')] })
  const checkout = await opened()
  await checkout.onSubmit()
  assert.deepEqual(told, ['/pages/cart/cart'])
})

test('without an address nothing is sent', async () => {
  const { placed, told } = shop({ addresses: [] })
  const checkout = await opened()
  await checkout.onSubmit()
  assert.deepEqual([placed, told], [[], ['请先添加收货地址', '/packages/member/addresses/addresses?choose=1']])
})

test('what a product asks is asked, and its answer sent', async () => {
  const { placed, told } = shop({ orders: [done], asks: true })
  const checkout = await opened()
  await checkout.onSubmit()
  assert.deepEqual([placed, told, checkout.data.wrong], [[], ['请把标红的信息填写完整'], { a: { f: '请填写“刻字”' } }])
  checkout.onAnswer(tapped({ sku: 'a' }, { key: 'f', value: '福', answers: { f: '福' } }))
  await checkout.onSubmit()
  assert.deepEqual(placed[0].forms, { a: { f: '福' } })
})
