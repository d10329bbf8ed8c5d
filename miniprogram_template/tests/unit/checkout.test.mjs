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

test('unanswered questions are asked, not complained of', () => {
  const quote = { lines: [{ sku: 'a' }], problems: [{ sku: 'a', code: 'form_invalid', message: '请填写' }, { sku: 'b', code: 'limit_exceeded', message: '限购' }] }
  assert.deepEqual(model.problemsOf(quote), { b: '限购' })
  const lines = model.painted(quote, { a: [{ key: 'f', label: '姓名', kind: 'TEXT', required: true }] })
  assert.deepEqual(model.wrongForms(lines, {}), { a: { f: '请填写“姓名”' } })
  assert.deepEqual(model.wrongForms(lines, { a: { f: '李' } }), {})
})
