import assert from 'node:assert/strict'
import test from 'node:test'
import basket from '../../app/services/basket.js'
import { phone } from './fakes.mjs'
import { page, tapped, until } from './pages.mjs'

const CHECKOUT = '../../app/packages/order/checkout/checkout.js'
const ADDRESS = { key: 'home', name: '李', is_default: true }
const FORM = [{ key: 'f', label: '刻字', kind: 'TEXT', required: true, choices: [], least: null, most: 4 }]

/** What coupons `a` and `b`, which do not go together, take off 900 fen; `asked` are those that are named, null for the best. */
function couponed(asked) {
  const used = asked || ['a']
  const coupons = ['a', 'b'].map((key) => ({ key, tool: 'coupon', title: `券 ${key}`, is_used: used.includes(key), is_usable: true, reason: '', message: '', saves: 100, missing: 0 }))
  const discounts = used.map((key) => ({ tool: 'coupon', key, title: `券 ${key}`, amount: 100 }))
  return { ...quoted(null, 0), discounts, discount: 100 * used.length, total: 900 - 100 * used.length, coupons, best_coupons: ['a'] }
}

/** A quote of 900 fen of which a member's points, when there are some, pay for most. */
function quoted(points, spent) {
  const used = points ? Math.min(spent, points.most) : 0
  const discounts = used ? [{ tool: 'points', title: '积分抵扣', amount: used }] : []
  const said = points && { balance: points.balance, most: points.most, most_worth: points.most, used, earned: Math.floor((900 - used) / 100) }
  return { lines: [{ sku: 'a', title: '碗', unit_price: 900, quantity: 1, amount: 900, promotions: [] }], subtotal: 900, discount: used, freight: 0, total: 900 - used, discounts, points: said, needs_address: true, problems: [] }
}

/**
 * A server: `orders` are its answers to orders one after the other, `asks` whether the product has a form, `points`
 * what the member has and may spend.
 */
function shop({ orders = [], addresses = [ADDRESS], asks = false, points = null, coupons = false } = {}) {
  const placed = []
  const previews = []
  const keys = []
  const answers = [...orders]
  const wx = phone(({ method, path, data }) => {
    if (path.startsWith('/addresses')) return { statusCode: 200, data: { results: addresses } }
    if (path === '/cart') return { statusCode: 200, data: { items: [{ sku: { key: 'a', product_key: 'p' } }], count: 1 } }
    if (path === '/products/p') return { statusCode: 200, data: { key: 'p', form: asks ? FORM : [] } }
    if (path === '/checkout/preview' && coupons) {
      previews.push(data.coupons)
      if (data.coupons && data.coupons.length > 1) return refusal('coupons_not_combinable')
      return { statusCode: 200, data: couponed(data.coupons) }
    }
    if (path === '/checkout/preview') {
      previews.push(data.points)
      if (points && data.points > points.balance) return refusal('points_insufficient', { balance: points.balance })
      return { statusCode: points && points.broken ? 500 : 200, data: quoted(points, data.points || 0) }
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
  return { placed, previews, keys, modals, told: wx.told }
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

test('who waits in line orders by the same key once it is the turn', async () => {
  const place = { activity: 'a1', position: 7, retry_after: 2 }
  const { placed, keys, told } = shop({ orders: [{ statusCode: 429, data: { code: 'queueing', message: '排队', detail: place } }, done] })
  const checkout = await opened()
  await checkout.onSubmit()
  assert.deepEqual([checkout.data.queue, checkout.data.busy, placed.length, told], [place, false, 1, []])
  await checkout.send()
  assert.deepEqual([checkout.data.queue, new Set(keys).size, told], [null, 1, ['/packages/order/result/result?number=N1&outcome=PAID']])
})

test('what cannot be bought in its activity any more leads back', async () => {
  const { modals } = shop({ orders: [refusal('activity_over', { activity: 'a1' })] })
  let back = 0
  globalThis.wx.navigateBack = () => (back += 1)
  const checkout = await opened()
  await checkout.onSubmit()
  assert.deepEqual([modals, back], [['不行：activity_over'], 1])
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
  assert.deepEqual([placed, told], [[], ['请先添加收货地址', '/packages/member/address/address?back=1']])
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

const switched = (value) => ({ detail: { value } })

test('points are spent by a switch, and the order is placed with what was seen', async () => {
  const { placed, previews } = shop({ orders: [done], points: { balance: 1000, most: 750 } })
  const checkout = await opened()
  assert.deepEqual(checkout.data.points, { able: true, words: '可用 750 积分抵 ¥7.50', note: '共 1000 积分' })
  assert.deepEqual([checkout.data.spending, checkout.data.discounts, checkout.data.quote.points.earned], [false, [], 9])
  const price = checkout.onPoints(switched(true))
  assert.equal(checkout.data.pricing, true)
  await checkout.onSubmit()
  assert.deepEqual(placed, [], 'nothing is ordered before the price is there')
  await price
  assert.deepEqual([checkout.data.pricing, checkout.data.quote.total, checkout.data.quote.points.earned], [false, 150, 1])
  assert.deepEqual(checkout.data.discounts, [{ tool: 'points', title: '积分抵扣', amount: 750, id: 0 }])
  await checkout.onSubmit()
  assert.deepEqual([previews, placed.map((order) => [order.points, order.expected_total])], [[undefined, 750], [[750, 150]]])
})

test('a switch turned off spends nothing', async () => {
  const { placed, previews } = shop({ orders: [done], points: { balance: 1000, most: 750 } })
  const checkout = await opened()
  await checkout.onPoints(switched(true))
  await checkout.onPoints(switched(false))
  await checkout.onSubmit()
  assert.deepEqual([previews, placed.map((order) => [order.points, order.expected_total])], [[undefined, 750, undefined], [[undefined, 900]]])
})

test('who has no points reads so, and a shop without points says nothing of them', async () => {
  shop({ points: { balance: 0, most: 0 } })
  assert.deepEqual((await opened()).data.points, { able: false, words: '积分不足，暂不能抵扣', note: '共 0 积分' })
  shop()
  assert.equal((await opened()).data.points, null)
})

test('points that went meanwhile renew the price and are told, at the switch and at the order', async () => {
  const points = { balance: 1000, most: 750 }
  const { placed, told } = shop({ orders: [refusal('points_insufficient', { balance: 20 }), done], points })
  const checkout = await opened()
  await checkout.onPoints(switched(true))
  Object.assign(points, { balance: 20, most: 20 })
  await checkout.onSubmit()
  assert.deepEqual(told, ['不行：points_insufficient，请重新确认'])
  assert.deepEqual([checkout.data.spending, checkout.data.busy, checkout.data.quote.total, checkout.data.points.note], [false, false, 900, '共 20 积分'])
  points.balance = 10
  await checkout.onPoints(switched(true))
  assert.deepEqual([told.length, checkout.data.spending, checkout.data.pricing, checkout.data.points.note], [2, false, false, '共 10 积分'])
  await checkout.onSubmit()
  assert.deepEqual(placed.map((order) => [order.points, order.expected_total]), [[750, 150], [undefined, 900]])
})

test('a price that does not come puts the switch back', async () => {
  const points = { balance: 1000, most: 750 }
  const { told } = shop({ points })
  const checkout = await opened()
  points.broken = true
  await checkout.onPoints(switched(true))
  assert.deepEqual([checkout.data.spending, checkout.data.pricing, checkout.data.quote.total, told], [false, false, 900, ['出了点问题，请稍后再试']])
})

const tapOn = (key, able = true) => ({ currentTarget: { dataset: { key, able } } })

test('the best coupons are shown and sent as they were shown', async () => {
  const { placed } = shop({ orders: [done], coupons: true })
  const checkout = await opened()
  assert.deepEqual([checkout.data.coupons, checkout.data.quote.total], [{ words: '已选最优', saved: 100 }, 800])
  await checkout.onSubmit()
  assert.deepEqual([placed[0].coupons, placed[0].expected_total], [['a'], 800])
})

test('another coupon is taken alone when it does not go with the first, or none at all', async () => {
  const { placed, previews } = shop({ orders: [done], coupons: true })
  const checkout = await opened()
  checkout.onCoupons()
  assert.equal(checkout.data.choosing, true)
  await checkout.onCoupon(tapOn('b'))
  assert.deepEqual([previews, checkout.data.coupons], [[undefined, ['a', 'b'], ['b']], { words: '已选 1 张', saved: 100 }])
  await checkout.onCoupon(tapOn('c', false))
  assert.equal(previews.length, 3)
  await checkout.onNoCoupons()
  assert.deepEqual([checkout.data.coupons.words, checkout.data.quote.total], ['2 张可用', 900])
  checkout.onChosen()
  await checkout.onSubmit()
  assert.deepEqual([placed[0].coupons, placed[0].expected_total, checkout.data.choosing], [[], 900, false])
})

test('the best coupons come back on demand', async () => {
  shop({ coupons: true })
  const checkout = await opened()
  await checkout.onNoCoupons()
  await checkout.onBestCoupons()
  assert.equal(checkout.data.coupons.words, '已选最优')
})

test('a coupon that is used up meanwhile is told, and the price asked for anew', async () => {
  const { placed, told } = shop({ orders: [refusal('coupon_unusable'), done], coupons: true })
  const checkout = await opened()
  await checkout.onCoupon(tapOn('b'))
  await checkout.onSubmit()
  assert.deepEqual([told.at(-1), checkout.data.coupons.words], ['不行：coupon_unusable，请重新确认', '已选最优'])
  await checkout.onSubmit()
  assert.deepEqual(placed.map((order) => order.coupons), [['b'], ['a']])
})

test('who looks for more goods for the cart comes back to a new price, with the questions of all lines', async () => {
  const { previews, told } = shop()
  basket.ofCart([{ sku: 'a', quantity: 1, product: 'p' }])
  const checkout = page(CHECKOUT)
  await until(() => checkout.data.state === 'ready')
  checkout.onShow()
  assert.deepEqual([checkout.data.cart, previews.length], [true, 1])
  checkout.onNear(tapped({ path: '/pages/products/products?promotion=m' }))
  checkout.onShow()
  assert.equal(checkout.data.pricing, true)
  await until(() => !checkout.data.pricing)
  assert.deepEqual([previews.length, basket.now().items, told], [2, [], ['/pages/products/products?promotion=m']])
  checkout.onShow()
  assert.equal(checkout.data.pricing, false, 'only once')
})

test('what is bought beside a renewed cart stays, and the lines of the cart are asked about', async () => {
  const { placed } = shop({ orders: [done], asks: true })
  const beside = { sku: 'x', quantity: 1, product: 'q', activity: { tool: 'add_on', key: 'k' } }
  basket.ofCart([{ sku: 'a', quantity: 1, product: 'p' }, beside])
  const checkout = page(CHECKOUT)
  await until(() => checkout.data.state === 'ready')
  checkout.onShow()
  checkout.onNear(tapped({ path: '/pages/products/products?promotion=m' }))
  checkout.onShow()
  await until(() => !checkout.data.pricing)
  assert.deepEqual([basket.now().items, checkout.data.lines[0].form], [[beside], FORM])
  await checkout.onSubmit()
  assert.deepEqual([placed, checkout.data.wrong], [[], { a: { f: '请填写“刻字”' } }])
})

test('what is bought at once stays what it was', async () => {
  const { previews } = shop()
  const checkout = await opened()
  checkout.onShow()
  checkout.onNear(tapped({ path: '/pages/products/products?promotion=m' }))
  checkout.onShow()
  assert.deepEqual([checkout.data.cart, checkout.data.pricing, previews.length, basket.now().items.length], [false, false, 1, 1])
})
