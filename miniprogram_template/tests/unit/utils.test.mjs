import assert from 'node:assert/strict'
import test from 'node:test'
import { createRequire } from 'node:module'
import filters from '../../app/utils/filters.js'
import forms from '../../app/utils/forms.js'
import { idempotencyKey } from '../../app/utils/key.js'
import links from '../../app/utils/links.js'
import media from '../../app/utils/media.js'
import money from '../../app/utils/money.js'
import skus from '../../app/utils/skus.js'
import suggestingModule from '../../app/utils/suggesting.js'
import time from '../../app/utils/time.js'
import url from '../../app/utils/url.js'
import { phone, product, settled } from './fakes.mjs'

const updates = createRequire(import.meta.url)('../../app/utils/updates.js')

for (const [fen, yuan, whole, decimals] of [
  [0, '0.00', '0', ''],
  [1, '0.01', '0', '.01'],
  [10, '0.10', '0', '.10'],
  [1250, '12.50', '12', '.50'],
  [39900, '399.00', '399', ''],
  [99999999999, '999999999.99', '999999999', '.99'],
  [-300, '-3.00', '-3', ''],
  [-5, '-0.05', '-0', '.05']
]) {
  test(`${fen} fen are ${yuan} yuan`, () => {
    assert.deepEqual([money.yuan(fen), money.parts(fen)], [yuan, { whole, decimals }])
  })
}

for (const [text, day, minute] of [
  ['2026-11-22T14:05:00+08:00', '2026-11-22', '2026-11-22 14:05'],
  ['2026-11-21T16:00:00Z', '2026-11-22', '2026-11-22 00:00'],
  ['2026-11-21T15:59:59Z', '2026-11-21', '2026-11-21 23:59'],
  ['2026-12-31T18:30:00.123456-05:00', '2027-01-01', '2027-01-01 07:30']
]) {
  test(`${text} is ${minute} in Shanghai, wherever the phone is`, () => {
    const before = process.env.TZ
    for (const zone of ['UTC', 'America/New_York', 'Asia/Tokyo']) {
      process.env.TZ = zone
      assert.deepEqual([time.day(text), time.minute(text)], [day, minute])
    }
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  })
}

test('what is left is told in minutes, from an hour on in hours, then in days', () => {
  assert.deepEqual([-1, 0, 0.9, 59, 60, 899, 3599, 3600, 360000].map(time.countdown), ['00:00', '00:00', '00:00', '00:59', '01:00', '14:59', '59:59', '1:00:00', '4 天 4:00:00'])
})

test('no two of ten thousand keys are the same', () => {
  const keys = Array.from({ length: 10000 }, idempotencyKey)
  assert.equal(new Set(keys).size, 10000)
  assert.ok(keys.every((key) => /^[0-9a-z]{24}$/.test(key)))
})

test('a new version is offered once it is there, and taken up by who agrees', () => {
  const told = []
  let ready
  let answer = { confirm: false }
  phone()
  wx.getUpdateManager = () => ({ onUpdateReady: (heard) => (ready = heard), applyUpdate: () => told.push('applied') })
  wx.showModal = ({ title, success }) => {
    told.push(title)
    success(answer)
  }
  updates.watch()
  assert.deepEqual(told, [])
  ready()
  answer = { confirm: true }
  ready()
  assert.deepEqual(told, ['有新版本', '有新版本', 'applied'])
})

test('a platform without updates is left alone', () => {
  phone()
  updates.watch()
  assert.deepEqual(wx.told, [])
})

test('an option is chosen by a tap and let go by the next, what was chosen stays as it is', () => {
  const chosen = { 颜色: '蓝' }
  assert.deepEqual([skus.toggled(chosen, '尺寸', '大'), skus.toggled(chosen, '颜色', '红'), skus.toggled(chosen, '颜色', '蓝'), chosen], [{ 颜色: '蓝', 尺寸: '大' }, { 颜色: '红' }, {}, { 颜色: '蓝' }])
})

test('a SKU is found once every option is chosen, and only where there is one', () => {
  const one = product()
  assert.deepEqual([skus.found(one, {}), skus.found(one, { 颜色: '蓝' }), skus.found(one, { 颜色: '红', 尺寸: '大' })], [null, null, null])
  assert.equal(skus.found(one, { 颜色: '蓝', 尺寸: '大' }).key, 'b')
  assert.equal(skus.found(product({ options: [], skus: [one.skus[0]] }), {}).key, 'a')
  assert.deepEqual(skus.fitting(one, { 尺寸: '小' }).map(({ key }) => key), ['a', 'c'])
})

test('a sheet begins with what leaves no choice', () => {
  const one = product()
  assert.deepEqual(skus.initial(one), {})
  assert.deepEqual(skus.initial(product({ skus: [one.skus[1]] })), { 颜色: '蓝', 尺寸: '大' })
  assert.deepEqual(skus.initial(product({ options: [{ name: '颜色', values: ['蓝'] }, one.options[1]] })), { 颜色: '蓝' })
})

test('heard stock makes and ends what is sold out, and what was not heard of stays', () => {
  const one = skus.withStock(product(), { a: 0, c: 4 })
  assert.deepEqual([one.skus.map((sku) => [sku.sold_out, sku.available]), one.sold_out], [[[true, 0], [false, undefined], [false, 4]], false])
  assert.equal(skus.withStock(product(), { a: 0, b: -1 }).sold_out, true)
  assert.equal(product().skus[0].available, undefined)
})

test('options in words', () => {
  assert.deepEqual([skus.words({ 颜色: '白', 尺寸: 'M' }), skus.words({}), skus.words(undefined)], ['白 / M', '', ''])
})

test('addresses leave out what is empty and keep a zero', () => {
  assert.deepEqual([url.to('/p'), url.to('/p', { a: 0, b: '', c: null, d: undefined, e: '=' }), url.to('/p', { b: '' })], ['/p', '/p?a=0&e=%3D', '/p'])
})

test('a link to a tab switches to it without its query, another opens on top', () => {
  const went = []
  phone()
  wx.switchTab = ({ url: address }) => went.push(['tab', address])
  wx.navigateTo = ({ url: address }) => went.push(['page', address])
  links.follow({ kind: 'page', value: '/pages/category/category?key=a' })
  links.follow({ kind: 'product', value: 'p' })
  links.follow(null)
  assert.deepEqual(went, [['tab', '/pages/category/category'], ['page', '/pages/product/product?key=p']])
})

test('an app that does not know its host leaves addresses as they are', () => {
  assert.deepEqual([media.absolute({ a: '/media/1.webp', b: null, c: [] }, ''), media.absolute('/media/1.webp', undefined)], [{ a: '/media/1.webp', b: null, c: [] }, '/media/1.webp'])
})

test('form answers have their usual length where the shop names none', () => {
  const field = { key: 'f', label: '刻字', kind: 'TEXT', required: false, choices: [], least: null, most: null }
  assert.deepEqual([forms.mistake(field, 'x'.repeat(200)), forms.mistake(field, 'x'.repeat(201))], ['', '最多 200 个字'])
})

test('one price bounds a list too, and an amount beyond counting does not', () => {
  const typed = (least, most) => filters.query({ ...filters.NONE, least, most })
  assert.deepEqual([typed('0', '').min_price, typed('', ' 0.01 ').max_price, typed('99999999.99', '').min_price, typed('100000000', '').min_price], [0, 1, 9999999999, undefined])
  assert.deepEqual([typed('0.07', '').min_price, typed('1.15', '').min_price, typed('100', '100').max_price], [7, 115, 10000])
})

test('suggestions that fail are none, and after the end nothing is shown', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const shown = []
  const one = suggestingModule.suggesting(() => Promise.reject(new Error('away')), (words) => shown.push(words))
  one.type('被')
  t.mock.timers.tick(250)
  await settled()
  assert.deepEqual(shown, [[]])
  one.type('被子')
  t.mock.timers.tick(250)
  one.end()
  await settled()
  one.type('枕')
  one.end()
  t.mock.timers.tick(250)
  await settled()
  assert.deepEqual(shown, [[]])
})

for (const [price, basisPoints, left] of [[1990, 500, 1891], [999, 500, 950], [10, 500, 10], [1, 9900, 1], [2, 9900, 1], [1000, 0, 1000]]) {
  test(`${price} fen less ${basisPoints} basis points are ${left}`, () => assert.equal(money.lessShare(price, basisPoints), left))
}
