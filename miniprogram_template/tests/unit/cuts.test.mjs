import assert from 'node:assert/strict'
import test from 'node:test'
import { cut, priced } from '../../app/utils/cuts.js'

const line = (promotions, activity = null) => ({ unit_price: 1000, quantity: 3, amount: 3000, activity, promotions })
const share = (tool, amount) => ({ tool, amount })

test('a unit costs what its activity, its discount or its level leaves', () => {
  assert.deepEqual(cut(line([share('member_price', 300), share('coupon', 500)])), { unit: 900, was: '10.00', words: '会员价' })
  assert.deepEqual(cut(line([share('coupon', 500)])), null)
  assert.equal(cut(line([share('add_on', 2400)], { tool: 'add_on' })).unit, 200)
  assert.equal(cut(line([share('limited_discount', 300)], { tool: 'group_buy' })), null) // its activity took nothing off
})

test('goods of a set have no price of their own', () => {
  assert.equal(cut(line([share('bundle', 300)], { tool: 'bundle' })), null)
})

test('units of different prices have none of their own', () => {
  assert.deepEqual(cut(line([share('limited_discount', 100)])), { unit: 0, was: '', words: '限时折扣，共省 ¥1.00' })
})

test('a line is painted at its own price, the normal one struck out, where that is known', () => {
  const bought = line([share('limited_discount', 300)])
  assert.deepEqual(priced(bought), { ...bought, unit_price: 900, list_price: 1000 })
  for (const each of [line([]), line([share('limited_discount', 100)]), { unit_price: 1000 }]) assert.equal(priced(each), each)
})
