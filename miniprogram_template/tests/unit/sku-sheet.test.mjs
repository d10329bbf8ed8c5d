import assert from 'node:assert/strict'
import test from 'node:test'
import model from '../../app/components/sku-sheet/model.js'
import skus from '../../app/utils/skus.js'
import { component, phone, product } from './fakes.mjs'

const SHEET = '../../app/components/sku-sheet/sku-sheet.js'
const tap = (name, value, missing = false) => ({ currentTarget: { dataset: { name, value, missing } } })

test('nothing chosen: the least price, what is to be chosen, the cover', () => {
  const view = model.view(product(), {}, 1)
  assert.deepEqual([view.price, view.from, view.words, view.picture, view.sku, view.trouble], [39900, true, '请选择 颜色、尺寸', 'cover.webp', '', ''])
})

test('an option without a SKU is missing, one that is sold out is told', () => {
  const { groups } = model.view(product(), { 颜色: '红' }, 1)
  assert.deepEqual(groups[1].values, [
    { value: '小', on: false, missing: false, soldOut: true },
    { value: '大', on: false, missing: true, soldOut: false }
  ])
})

test('a chosen SKU has its own price and picture', () => {
  const view = model.view(product(), { 颜色: '蓝', 尺寸: '大' }, 1)
  assert.deepEqual([view.sku, view.price, view.from, view.picture, view.words], ['b', 42900, false, 'blue.webp', '已选 蓝 / 大'])
})

test('a sold-out SKU and a sold-out product cannot be bought', () => {
  assert.equal(model.view(product(), { 颜色: '红', 尺寸: '小' }, 1).trouble, '这一款已售罄')
  assert.equal(model.view(product({ sold_out: true }), {}, 1).trouble, '已售罄')
})

test('units are bounded by the limits of the product and by live stock', () => {
  const limited = product({ limits: { least_per_order: 2, most_per_order: 5, most_per_member: 4 } })
  const view = model.view(limited, { 颜色: '蓝', 尺寸: '小' }, 9)
  assert.deepEqual([view.least, view.most, view.quantity, view.limit], [2, 4, 4, '2 套起购，每单最多 5 套，每人最多 4 套'])
  const few = model.view(skus.withStock(limited, { a: 3 }), { 颜色: '蓝', 尺寸: '小' }, 9)
  assert.deepEqual([few.most, few.quantity, few.units], [3, 3, '仅剩 3 套'])
  const tooFew = model.view(skus.withStock(limited, { a: 1 }), { 颜色: '蓝', 尺寸: '小' }, 2)
  assert.equal(tooFew.trouble, '库存不够 2 套起购')
})

test('stock that sells out while the sheet is open is told, and what was chosen stays', () => {
  phone()
  const sheet = component(SHEET, { product: product(), open: true })
  sheet.begin()
  sheet.onChoose(tap('颜色', '蓝'))
  sheet.onChoose(tap('尺寸', '小'))
  sheet.data.product = skus.withStock(product(), { a: 0 })
  sheet.begin()
  assert.deepEqual([sheet.data.view.words, sheet.data.view.trouble], ['已选 蓝 / 小', '这一款已售罄'])
})

test('a missing option is not taken, an open choice is not told on', () => {
  const { told } = phone()
  const sheet = component(SHEET, { product: product() })
  sheet.begin()
  sheet.onChoose(tap('尺寸', '大', true))
  assert.deepEqual(sheet.data.picked, {})
  sheet.onAdd()
  assert.deepEqual(told, ['请选择 颜色、尺寸'])
  assert.deepEqual(sheet.events.filter(([name]) => name === 'add'), [])
})

test('the order form is asked of who buys, not of who fills a cart', () => {
  const { told } = phone()
  const form = [{ key: 'f1', label: '刻字', kind: 'TEXT', required: true, choices: [], least: null, most: 8 }]
  const sheet = component(SHEET, { product: product({ form }), chosen: { 颜色: '蓝', 尺寸: '大' } })
  sheet.begin()
  sheet.onBuy()
  assert.equal(sheet.data.wrong.f1, told[0])
  sheet.onAdd()
  sheet.onAnswer({ detail: { key: 'f1', answers: { f1: '福' } } })
  sheet.onBuy()
  const [add, buy] = sheet.events.filter(([name]) => name !== 'choose')
  assert.deepEqual([add[0], add[1].sku, buy[0], buy[1].form], ['add', 'b', 'buy', { f1: '福' }])
})

test('an only SKU needs no question, unless it is sold out', () => {
  const one = product({ options: [], skus: [{ key: 'a', options: {}, price: 1, list_price: 0, sold_out: false, picture: '' }] })
  assert.equal(model.single(one).key, 'a')
  assert.equal(model.single(skus.withStock(one, { a: 0 })), null)
  assert.equal(model.single(product()), null)
})
