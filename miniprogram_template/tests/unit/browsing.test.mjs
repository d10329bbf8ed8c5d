import assert from 'node:assert/strict'
import test, { mock } from 'node:test'
import reviews from '../../app/components/review-list/model.js'
import category from '../../app/pages/category/model.js'
import home from '../../app/pages/home/model.js'
import detail from '../../app/pages/product/model.js'
import sorts from '../../app/pages/products/model.js'
import searched from '../../app/services/searched.js'
import filters from '../../app/utils/filters.js'
import suggestingModule from '../../app/utils/suggesting.js'
import { phone, product, settled } from './fakes.mjs'

const none = { ...filters.NONE, attributes: {} }

test('filters become the parameters of the API, prices in fen', () => {
  const chosen = { ...none, brand: 'b', inStock: true, least: '99.5', most: '200', attributes: { 材质: '棉', 尺寸: '1.8 米' } }
  assert.deepEqual(filters.query(chosen), { category: '', brand: 'b', attributes: '材质:棉|尺寸:1.8 米', in_stock: 'true', min_price: 9950, max_price: 20000 })
})

test('prices typed the wrong way round are turned, what is no amount is left out', () => {
  const turned = filters.query({ ...none, least: '200', most: '50' })
  assert.deepEqual([turned.min_price, turned.max_price], [5000, 20000])
  for (const typed of ['', 'abc', '-1', '1.234', '1e3']) assert.equal(filters.query({ ...none, least: typed }).min_price, undefined)
})

test('filters are counted without what the list is about', () => {
  const base = { ...none, category: 'c' }
  assert.equal(filters.active(base, base), 0)
  assert.equal(filters.active({ ...base, inStock: true, least: '1', attributes: { 材质: '棉' } }, base), 3)
})

test('a tap on a chip puts it on and off', () => {
  const on = filters.toggledFact(filters.toggled(none, 'brand', 'b'), '材质', '棉')
  assert.deepEqual([on.brand, on.attributes], ['b', { 材质: '棉' }])
  const off = filters.toggledFact(filters.toggled(on, 'brand', 'b'), '材质', '棉')
  assert.deepEqual([off.brand, off.attributes, none.attributes], ['', {}, {}])
})

test('facets without choices are not shown', () => {
  const groups = filters.groups({ categories: [], brands: [{ key: 'b', name: '织野', count: 2 }], attributes: [{ name: '材质', values: [{ value: '棉', count: 1 }] }] }, { ...none, brand: 'b' })
  assert.deepEqual(groups.map(({ kind, choices }) => [kind, choices[0].on]), [['brand', true], ['attribute', false]])
})

test('price goes up, then down, the others one way', () => {
  assert.deepEqual([sorts.next('', 'price'), sorts.next('price', 'price'), sorts.next('-price', 'price'), sorts.next('price', '-sales')], ['price', '-price', 'price', '-sales'])
  assert.deepEqual(sorts.sorts('-price').map(({ on, arrow }) => [on, arrow]), [[false, ''], [false, ''], [true, '↓'], [false, '']])
})

const TREE = [
  { key: 'a', name: '床品', tagline: '', children: [{ key: 'a1', name: '被子', tagline: '暖', children: [{ key: 'a11', name: '冬被', tagline: '', children: [] }] }] },
  { key: 'b', name: '卫浴', tagline: '', children: [] }
]

test('the tree is walked level by level', () => {
  assert.deepEqual(category.view(TREE, []).category, 'a')
  const view = category.view(TREE, ['a', 'a1'])
  assert.deepEqual([view.category, view.tagline, view.rows.map((row) => row.choices.filter((one) => one.on).map((one) => one.name))], ['a1', '暖', [['被子'], ['全部']]])
  assert.deepEqual(category.chosen(['a', 'a1', 'a11'], 1, ''), ['a'])
  assert.deepEqual(category.chosen(['a'], 1, 'a1'), ['a', 'a1'])
})

test('a category that is gone leads back to what is above it', () => {
  assert.equal(category.view(TREE, ['a', 'gone']).category, 'a')
  assert.equal(category.view(TREE, ['gone']).category, 'a')
  assert.deepEqual(category.view([], []).top, [])
})

test('the home page of an older server shows its categories as entries and nothing it does not know', () => {
  const view = home.view({ categories: [{ key: 'c', name: '床品', picture: '' }], hot: [], new: [] })
  assert.deepEqual(view.entries, [{ key: 'c', title: '床品', picture: '', link: { kind: 'category', value: 'c' } }])
  assert.deepEqual([view.banners, view.strips, view.columns, view.empty], [[], [], 1, true])
})

test('banners keep the shape of the first within reason, one without a picture is left out', () => {
  const picture = { large: 'l', small: 's', width: 800, height: 400 }
  const view = home.view({ banners: [{ key: '1', title: 'x', picture, link: null }, { key: '2', title: 'y', picture: null, link: null }], entries: [], strips: [], hot: [], new: [] })
  assert.deepEqual([view.shape, view.banners.map((one) => one.picture), view.empty], [0.5, ['l'], false])
  assert.equal(home.view({ banners: [{ key: '1', title: '', picture: { ...picture, height: 4000 } }] }).shape, 1.2)
})

test('pictures of a description are as wide as the page', () => {
  assert.equal(detail.wide('<p>a</p><img src="x">'), '<p>a</p><img style="display:block;max-width:100%;height:auto;margin:0 auto" src="x">')
  assert.match(detail.wide('<table><tr><td colspan="2">1</td></tr></table>'), /<td style="[^"]+" colspan="2">/)
})

test('beside a product: the merchant’s choice first, each once, never itself', () => {
  const rows = (...keys) => keys.map((key) => ({ key }))
  assert.deepEqual(detail.beside({ key: 'p', related: rows('a', 'b') }, rows('b', 'p', 'c')), rows('a', 'b', 'c'))
})

test('the long text travels apart, a product without brand has none', () => {
  const view = detail.view({ ...product(), detail_html: '<p>x</p>', brand_info: null, pictures: [], images: ['1.webp'], kind: 'CARD' })
  assert.deepEqual([view.detail, 'detail_html' in view.product, view.brand, view.from, view.pictures], ['<p>x</p>', false, null, true, [{ large: '1.webp', jpeg: '1.webp' }]])
  assert.match(view.kind, /自动发放/)
})

test('reviews are filtered by what there is', () => {
  const summary = { count: 4, pictured: 1, average: 4.5, stars: { 5: 1, 4: 0 }, tags: [{ name: '质量好', count: 2 }] }
  assert.deepEqual(reviews.chips(summary, { kind: 'score', value: 5 }).map(({ id, on }) => [id, on]), [[':', false], ['pictures:1', false], ['tag:质量好', false], ['score:5', true]])
  assert.deepEqual([reviews.query(reviews.ALL), reviews.query({ kind: 'pictures', value: '1' })], [{}, { pictures: '1' }])
})

test('the last ten words are kept, the newest first, each once', () => {
  phone()
  for (let n = 1; n <= 12; n++) searched.note(`词${n}`)
  assert.deepEqual(searched.note('词5').slice(0, 2), ['词5', '词12'])
  assert.equal(searched.list().length, 10)
  searched.clear()
  assert.deepEqual(searched.list(), [])
})

test('suggestions wait for a pause, and an answer that comes late is dropped', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const asked = []
  const shown = []
  const waiting = {}
  const ask = (text) => {
    asked.push(text)
    return new Promise((resolve) => (waiting[text] = resolve))
  }
  const suggestions = suggestingModule.suggesting(ask, (words) => shown.push(words))
  suggestions.type('b')
  mock.timers.tick(249)
  suggestions.type('be')
  mock.timers.tick(250)
  suggestions.type('bei ')
  mock.timers.tick(250)
  waiting.bei(['被子'])
  await settled()
  waiting.be(['杯'])
  await settled()
  assert.deepEqual([asked, shown], [['be', 'bei'], [['被子']]])
  suggestions.type('')
  assert.deepEqual(shown, [['被子'], []])
  mock.timers.reset()
})
