import assert from 'node:assert/strict'
import test from 'node:test'
import model from '../../app/pages/cart/model.js'

const item = (key, values = {}) => ({
  key,
  sku: { key: `s-${key}`, title: `商品${key}`, product_key: `p-${key}`, options: { 颜色: '白' }, price: 1000, picture: '' },
  quantity: 2,
  is_selected: true,
  is_available: true,
  available: 5,
  ...values
})

test('what cannot be bought any more is apart, and totals count what is selected', () => {
  const { lines, gone } = model.painted({ problems: [], items: [item('a'), item('b', { is_selected: false }), item('c', { is_available: false })] })
  assert.deepEqual([lines.map((line) => line.key), gone.map((line) => line.key)], [['a', 'b'], ['c']])
  assert.deepEqual(model.totals(lines), { count: 1, units: 2, total: 2000, all: false })
  assert.deepEqual(model.totals([]), { count: 0, units: 0, total: 0, all: false })
})

test('a limit bounds the stepper and stands in the way, a short stock too', () => {
  const problem = { sku: 's-a', code: 'limit_exceeded', message: '每人限购 3 件', limit: 3, wanted: 4, bought: 1 }
  const { lines } = model.painted({ problems: [problem], items: [item('a', { quantity: 4 })] })
  assert.equal(lines[0].most, 2)
  assert.equal(model.obstacle(lines), '商品a：每人限购 3 件')
  const short = model.painted({ problems: [], items: [item('b', { quantity: 9 })] }).lines
  assert.equal(model.obstacle(short), '商品b：只剩 5 件')
})

const share = (tool, amount) => ({ tool, key: tool, title: '活动', amount })
const line = (sku, amount, quantity, promotions = [], more = {}) => ({ sku, title: sku, amount, quantity, unit_price: Math.floor(amount / quantity), discount: promotions.reduce((sum, each) => sum + each.amount, 0), promotions, is_gift: false, ...more })

test('a quote is painted with unit prices, what was taken off, gifts and what is near', () => {
  const lines = [
    line('a', 2000, 2, [share('limited_discount', 400), share('full_reduction', 100)]),
    line('b', 1000, 3, [share('member_price', 100)]),
    line('c', 500, 1),
    line('d', 300, 1, [share('full_reduction', 300)], { is_gift: true, title: '茶包' })
  ]
  const miss = { key: 'm', title: '满减', reason: 'threshold', message: '还差 ¥2.00', gain: '减 5 元', summary: '' }
  const discounts = [{ ...share('limited_discount', 400), title: '限时' }, { ...share('full_reduction', 400), title: '店庆' }, { ...share('coupon', 100), title: '满 10 减 1' }]
  const said = model.priced({ lines, discounts, misses: [miss], total: 3900, freight: 1000 })
  assert.deepEqual(said.cuts, { a: { unit: 800, was: '10.00', words: '限时折扣' }, b: { unit: 300, was: '3.33', words: '会员价' } })
  assert.deepEqual([said.total, said.saved, said.gifts], [2900, '6.00', '茶包 × 1'])
  assert.deepEqual([said.done, said.near.length], [[{ key: 'full_reduction', words: '店庆：已减 ¥4.00' }, { key: 'coupon', words: '优惠券 满 10 减 1：已减 ¥1.00' }], 1])
})

test('where only some units have the lower price no unit price is shown', () => {
  const said = model.priced({ lines: [line('a', 3000, 3, [share('limited_discount', 400)])], discounts: [], total: 2600, freight: 0 })
  assert.deepEqual(said.cuts, { a: { unit: 0, was: '', words: '限时折扣，共省 ¥4.00' } })
  assert.equal(model.priced({ lines: [line('c', 500, 1)], discounts: [], total: 500, freight: 0 }).saved, '')
})

test('nothing selected is an obstacle, and the basket holds what is', () => {
  const { lines } = model.painted({ problems: [], items: [item('a'), item('b', { is_selected: false })] })
  assert.equal(model.obstacle(lines), '')
  assert.deepEqual(model.basket(lines), [{ sku: 's-a', quantity: 2, product: 'p-a' }])
  assert.equal(model.obstacle(lines.filter((line) => !line.is_selected)), '请先勾选商品')
})
