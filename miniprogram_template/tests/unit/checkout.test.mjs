import assert from 'node:assert/strict'
import test from 'node:test'
import basket from '../../app/services/basket.js'
import model from '../../app/packages/order/checkout/model.js'

const refused = (code, detail = {}) => model.refusal({ code, detail, message: '不行' })

test('the key stays until an answer came', () => {
  basket.ofItems([{ sku: 'a', quantity: 1 }])
  const key = basket.key()
  assert.equal(basket.key(), key)
  basket.answered()
  assert.notEqual(basket.key(), key)
  const later = basket.key()
  basket.ofItems([{ sku: 'b', quantity: 1 }])
  assert.notEqual(basket.key(), later)
})

test('without a basket it is the cart', () => {
  basket.clear()
  assert.deepEqual([basket.now().cart, basket.now().items], [true, []])
})

test('the body says cart or items, never both, and only answers that say something', () => {
  const items = model.body({ cart: false, items: [{ sku: 'a', quantity: 2, product: 'p' }] }, { address: 'x', remark: ' 快点 ', answers: { a: { f: ' 1 ', g: ' ' } }, total: 9 })
  assert.deepEqual(items, { address: 'x', remark: '快点', forms: { a: { f: '1' } }, items: [{ sku: 'a', quantity: 2 }], expected_total: 9 })
  assert.deepEqual(model.body({ cart: true, items: [] }, {}), { address: '', remark: '', forms: {}, cart: true })
})

test('the address is the chosen one, the default, the first', () => {
  const rows = [{ key: 'a' }, { key: 'b', is_default: true }]
  assert.equal(model.addressOf(rows, 'a').key, 'a')
  assert.equal(model.addressOf(rows, 'gone').key, 'b')
  assert.equal(model.addressOf([{ key: 'a' }], '').key, 'a')
  assert.equal(model.addressOf([], ''), null)
})

test('a refusal says which way to go on', () => {
  assert.deepEqual([refused('price_changed', { total: 900 }).way, refused('price_changed', { total: 900 }).total], ['price', 900])
  assert.deepEqual(refused('sold_out', { skus: [{ sku: 'a', available: 0 }, { sku: 'b', available: 2 }] }).marks, { a: '已售罄，请换一件', b: '只剩 2 件，请减少数量' })
  assert.deepEqual(refused('sku_unavailable', { skus: ['a'] }).marks, { a: '已下架' })
  assert.deepEqual(refused('limit_exceeded', { skus: [{ sku: 'a', message: '限购 2 件' }] }).marks, { a: '限购 2 件' })
  assert.deepEqual(refused('form_invalid', { skus: [{ sku: 'a', form: { f: '请填写' } }] }).forms, { a: { f: '请填写' } })
  assert.deepEqual(['cart_changed', 'too_many_unpaid', 'idempotency_key_reused', 'offline'].map((code) => refused(code).way), ['cart', 'unpaid', 'sent', 'retry'])
})

test('what cannot be bought in its activity leads back, and a crowd into a line', () => {
  assert.deepEqual([refused('activity_over', { activity: 'a1' }).way, refused('activity_over').way, refused('bargain_over').way], ['back', 'again', 'back'])
  const place = { activity: 'a1', position: 7, retry_after: 2 }
  assert.deepEqual([refused('queueing', place).way, refused('queueing', place).queue, refused('offline').queue], ['queue', place, null])
})

test('unanswered questions are asked, not complained of', () => {
  const quote = { lines: [{ sku: 'a', promotions: [] }], problems: [{ sku: 'a', code: 'form_invalid', message: '请填写' }, { sku: 'b', code: 'limit_exceeded', message: '限购' }] }
  assert.deepEqual(model.problemsOf(quote), { b: '限购' })
  const lines = model.painted(quote, { a: [{ key: 'f', label: '姓名', kind: 'TEXT', required: true }] })
  assert.deepEqual(model.wrongForms(lines, {}), { a: { f: '请填写“姓名”' } })
  assert.deepEqual(model.wrongForms(lines, { a: { f: '李' } }), {})
})

const coupon = (key, is_used, is_usable = true) => ({ key, tool: 'coupon', title: `券 ${key}`, is_used, is_usable, reason: is_usable ? '' : 'threshold', message: is_usable ? '' : '还差 ¥5.00', saves: is_usable ? 300 : 0, missing: 0 })
const withCoupons = (...coupons) => ({ discounts: coupons.filter((each) => each.is_used).map((each) => ({ tool: 'coupon', key: each.key, title: each.title, amount: 300 })), coupons, best_coupons: ['a'], points: null })

test('the row of the coupons says what is used and what that saves', () => {
  assert.deepEqual(model.sums(withCoupons(coupon('a', true), coupon('b', false))).coupons, { words: '已选最优', saved: 300 })
  assert.deepEqual(model.sums(withCoupons(coupon('a', false), coupon('b', true))).coupons, { words: '已选 1 张', saved: 300 })
  assert.deepEqual(model.sums(withCoupons(coupon('a', false), coupon('b', false))).coupons, { words: '2 张可用', saved: 0 })
  assert.deepEqual(model.sums(withCoupons(coupon('c', false, false))).coupons, { words: '暂无可用', saved: 0 })
  assert.equal(model.sums({ discounts: [], coupons: [], best_coupons: [], points: null }).coupons, null)
})

test('coupons that can be used come first, the others say why not', () => {
  const { offered } = model.sums(withCoupons(coupon('c', false, false), coupon('a', true)))
  assert.deepEqual(offered.map(({ key, words }) => [key, words]), [['a', '可省 ¥3.00'], ['c', '还差 ¥5.00']])
})

test('a tap takes a coupon or puts it back', () => {
  assert.deepEqual([model.tappedCoupons(['a'], 'b'), model.tappedCoupons(['a', 'b'], 'a')], [['a', 'b'], ['b']])
  assert.equal(model.usedCoupons({ coupons: [] }), null)
})

test('what is near and what comes with the order is told', () => {
  const quote = { discounts: [], points: null, misses: [{ key: 'm1', title: '满减', reason: 'threshold', message: '还差 ¥12.00', gain: '减 30 元', summary: '满 100 元减 30 元' }, { title: '限时', reason: 'excluded', message: '' }], perks: [{ kind: 'points', quantity: 66 }, { kind: 'free_freight', quantity: 1 }, { kind: 'coupon', quantity: 1 }] }
  assert.deepEqual(model.sums(quote).near.map((each) => each.words), ['满减：还差 ¥12.00，可减 30 元'])
  assert.deepEqual(model.sums(quote).hints, ['完成后送 66 积分', '完成后送优惠券 1 张'])
})

test('a gift asks nothing, and is another line than the same SKU bought', () => {
  const quote = { lines: [{ sku: 'a', is_gift: false, promotions: [] }, { sku: 'a', is_gift: true, promotions: [] }] }
  const lines = model.painted(quote, { a: [{ key: 'f', label: '姓名', kind: 'TEXT', required: true }] })
  assert.deepEqual(lines.map(({ id, form }) => [id, form.length]), [[0, 1], [1, 0]])
})

test('a line shows what a unit costs where it has a price of its own, what is off the whole stays below', () => {
  const line = (values) => ({ unit_price: 4900, quantity: 2, amount: 9800, activity: null, promotions: [], ...values })
  const share = (tool, amount) => ({ tool, amount })
  const lines = [
    line({ activity: { tool: 'flash_sale' }, promotions: [share('flash_sale', 5820), share('points', 100)] }),
    line({ promotions: [share('limited_discount', 1000)] }),
    line({ promotions: [share('limited_discount', 999)] }), // one of the units only
    line({ activity: { tool: 'group_buy' }, promotions: [share('coupon', 500)] })
  ]
  assert.deepEqual(model.painted({ lines }, {}).map((each) => [each.unit_price, each.list_price]), [[1990, 4900], [4400, 4900], [4900, undefined], [4900, undefined]])
})

test('coupons and activities that hold no more are priced anew', () => {
  assert.deepEqual(['coupon_unusable', 'coupons_not_combinable', 'activity_over'].map((code) => refused(code).way), ['again', 'again', 'again'])
})
