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

test('nothing selected is an obstacle, and the basket holds what is', () => {
  const { lines } = model.painted({ problems: [], items: [item('a'), item('b', { is_selected: false })] })
  assert.equal(model.obstacle(lines), '')
  assert.deepEqual(model.basket(lines), [{ sku: 's-a', quantity: 2, product: 'p-a' }])
  assert.equal(model.obstacle(lines.filter((line) => !line.is_selected)), '请先勾选商品')
})
