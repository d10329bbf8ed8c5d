import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import { component, page, phone, product, settled } from './fakes.mjs'

const require = createRequire(import.meta.url)
const stock = require('../../app/services/stock.js')
const session = require('../../app/services/session.js')
const shopService = require('../../app/services/shop.js')

const PRODUCT = '../../app/pages/product/product.js'
const found = { ...product(), detail_html: '<p>x</p>', guarantees: [], attributes: [], related: [], pictures: [], images: [], kind: 'GOODS' }

async function rest(rounds = 8) {
  for (let round = 0; round < rounds; round++) await settled()
}

/** The page of a product; `heard` is what hears of its stock, `ended` how many watches ended. */
function opened(t, answer) {
  const wx = phone(answer)
  const watch = { heard: null, ended: 0 }
  t.mock.method(stock, 'watch', (_key, heard) => {
    watch.heard = heard
    return () => (watch.ended += 1)
  })
  const one = page(PRODUCT)
  one.onLoad({ key: 'p1' })
  one.onShow()
  return { one, wx, watch }
}

const shop = ({ path }) => (path === '/products/p1' ? { statusCode: 200, data: found } : { statusCode: 404, data: { code: 'not_found', message: '没有找到' } })

test('stock that is heard before the product came is not lost, later stock is painted', async (t) => {
  const { one, wx, watch } = opened(t, shop)
  watch.heard({ a: 0 })
  await rest()
  assert.equal(wx.title, found.title)
  assert.deepEqual([one.data.status, one.data.product.skus[0].sold_out, one.data.product.sold_out], ['ready', true, false])
  watch.heard({ b: 0 })
  assert.equal(one.data.product.sold_out, true)
  watch.heard({ b: 2 })
  assert.equal(one.data.product.sold_out, false)
})

test('the watch of the stock ends when the page is hidden, and again begins when it is shown', async (t) => {
  const { one, watch } = opened(t, shop)
  await rest()
  one.onHide()
  assert.equal(watch.ended, 1)
  one.onShow()
  one.onUnload()
  assert.equal(watch.ended, 2)
})

test('a product that is gone is told as such and no longer watched', async (t) => {
  const { one, watch } = opened(t, () => ({ statusCode: 404, data: { code: 'not_found', message: '没有找到' } }))
  await rest()
  assert.deepEqual([one.data.status, watch.ended], ['gone', 1])
})

test('a favourite that the shop refuses is put back', async (t) => {
  const { one, wx } = opened(t, (asked) => (asked.path.startsWith('/favourites/') ? { statusCode: 409, data: { code: 'favourites_full', message: '最多收藏 500 件' } } : shop(asked)))
  await rest()
  const tapped = one.onHeart()
  assert.equal(one.data.kept, true, 'shown at once')
  await tapped
  assert.deepEqual([one.data.kept, wx.told], [false, ['最多收藏 500 件']])
})

test('looking at a product logs nobody in and leaves no footprint of a stranger', async (t) => {
  const { wx } = opened(t, shop)
  await rest()
  assert.equal(session.token(), '')
  assert.deepEqual(wx.asked.filter((one) => /POST|login/.test(one)), [])
})

test('what a sender shares leads to the product, with a picture every phone shows', async (t) => {
  const { one } = opened(t, ({ path }) => (path === '/products/p1' ? { statusCode: 200, data: { ...found, pictures: [{ large: '1.webp', jpeg: '1.jpg' }] } } : shop({ path })))
  await rest()
  assert.deepEqual(one.onShareAppMessage(), { title: '四件套', path: '/pages/product/product?key=p1', imageUrl: '1.jpg' })
  assert.equal(one.onShareTimeline().query, 'key=p1')
})

test('the home page shows what was seen last when the network is away, and says so', async () => {
  const home = { banners: [], entries: [], strips: [], categories: [], hot: [{ key: 'p1' }], new: [] }
  const wx = phone(({ path }) => ({ statusCode: path === '/home' ? 200 : 404, data: path === '/home' ? home : {} }))
  const first = page('../../app/pages/home/home.js')
  await first.load()
  assert.equal(first.data.status, 'ready')
  wx.request = ({ fail }) => fail({ errMsg: 'request:fail' })
  const pauses = globalThis.setTimeout
  globalThis.setTimeout = (then) => pauses(then, 0)
  const second = page('../../app/pages/home/home.js')
  await second.load()
  globalThis.setTimeout = pauses
  assert.deepEqual([second.data.status, second.data.home.hot.length, wx.told], ['ready', 1, ['网络不太好，请检查后重试']])
})

test('the home page is remembered for the next launch once it is drawn and answered, the first screen of it', async () => {
  const rows = (letter) => Array.from({ length: 6 }, (_, index) => ({ key: letter + index }))
  const picture = { large: '1.webp', width: 10, height: 5 }
  const home = { banners: [{ key: 'b1', picture }, { key: 'b2', picture }], entries: [], strips: [], categories: [], hot: rows('h'), new: rows('n') }
  phone(({ path }) => ({ statusCode: path === '/home' ? 200 : 404, data: path === '/home' ? home : {} }))
  const one = page('../../app/pages/home/home.js')
  const remembered = []
  one.setInitialRenderingCache = (data) => remembered.push(data)
  one.onLoad()
  await rest()
  assert.deepEqual([one.data.status, remembered], ['ready', []], 'not before it is drawn')
  one.onReady()
  await rest()
  assert.equal(remembered.length, 1)
  const [{ still, status, home: { banners, hot, fresh } }] = remembered
  assert.deepEqual([still, status, banners.length, hot.map(({ key }) => key), fresh.length], [true, 'ready', 1, ['h0', 'h1', 'h2', 'h3'], 4])
  assert.deepEqual([one.data.still, one.data.home.hot.length, one.data.home.banners.length], [false, 6, 2], 'the page itself shows all')
})

test('the home page greets by what the last launch heard, before the shop says it again', async (t) => {
  phone(() => ({ statusCode: 404, data: {} }))
  wx.setNavigationBarTitle = t.mock.fn()
  const one = page('../../app/pages/home/home.js')
  t.mock.method(shopService, 'now', () => ({ shop: { name: '织野' }, logo: null, notice: '满 88 包邮' }))
  t.mock.method(shopService, 'bootstrap', () => new Promise(() => {}))
  one.greet()
  assert.deepEqual([one.data.name, one.data.notice, wx.setNavigationBarTitle.mock.calls[0].arguments], ['织野', '满 88 包邮', [{ title: '织野' }]])
})

test('a home page that was not loaded is not remembered, and an old phone remembers none', async (t) => {
  phone(() => ({ statusCode: 404, data: {} }))
  const one = page('../../app/pages/home/home.js')
  one.setInitialRenderingCache = t.mock.fn()
  one.onLoad()
  one.onReady()
  await rest()
  assert.deepEqual([one.data.status, one.setInitialRenderingCache.mock.callCount()], ['error', 0])
  const old = page('../../app/pages/home/home.js')
  old.data.status = 'ready'
  assert.doesNotThrow(() => old.remember())
})

test('in the filter panel only the answer to the last tap is shown', async () => {
  const waiting = []
  phone(({ path }) => new Promise((resolve) => waiting.push({ path, resolve })))
  const panel = component('../../app/components/filter-panel/filter-panel.js', { base: { keyword: '被' } })
  const facets = (name) => ({ statusCode: 200, data: { categories: [], brands: [{ key: 'b', name, count: 1 }], attributes: [], prices: [], in_stock: 3 } })
  const old = panel.take({ ...panel.data.filters })
  const last = panel.take({ ...panel.data.filters, inStock: true })
  assert.match(waiting[1].path, /in_stock=true&keyword=/)
  waiting[1].resolve(facets('新'))
  await last
  waiting[0].resolve(facets('旧'))
  await old
  assert.deepEqual(panel.data.groups.map((group) => group.choices[0].words), ['新'])
})

test('reviews show two, then all, and a filter asks anew', async () => {
  const rows = ['r1', 'r2', 'r3'].map((key) => ({ key }))
  const summary = { count: 3, average: 4, stars: { 4: 3 }, pictured: 1, tags: [] }
  const { asked } = phone(() => ({ statusCode: 200, data: { count: 3, next: null, results: rows, summary } }))
  const list = component('../../app/components/review-list/review-list.js', { product: 'p1' })
  list.begin('p1')
  await rest()
  assert.deepEqual([list.data.open, list.data.rows.length, list.data.chips.map((chip) => chip.words)], [false, 3, ['全部', '有图', '4 星']])
  list.onChip({ currentTarget: { dataset: { kind: 'pictures', value: '1' } } })
  await rest()
  assert.match(asked[1], /pictures=1/)
  assert.deepEqual(list.data.chips.map((chip) => chip.on), [false, true, false])
})

test("a poster's code leads to its product", async (t) => {
  const { wx } = opened(t, shop)
  await rest()
  const one = page(PRODUCT)
  one.onLoad({ scene: encodeURIComponent('p1') })
  await rest()
  assert.deepEqual([one.data.key, one.data.status], ['p1', 'ready'])
  assert.equal(wx.asked.filter((each) => each === 'GET /products/p1').length, 2)
})

const SILVER = { name: '银卡', discount_bp: 500 }

/** Who logged in before has this level by now; `asked` counts how often that was asked. */
function memberOf(t, level) {
  t.mock.method(session, 'token', () => 'token-of-' + (level ? level.name : 'none'))
  t.mock.method(session, 'member', () => ({ level }))
  return ({ path }) => (path === '/me' ? { statusCode: 200, data: { level } } : shop({ path }))
}

test('a member of a level sees what the level makes of the price, of the chosen SKU in the end', async (t) => {
  const { one, wx } = opened(t, memberOf(t, SILVER))
  await rest()
  assert.deepEqual(one.data.memberPrice, { title: '银卡会员价', price: 37905, from: true })
  assert.equal(one.data.product.price, 39900)
  one.onChoose({ detail: { words: '已选 蓝 / 大', sku: 'b' } })
  assert.deepEqual(one.data.memberPrice, { title: '银卡会员价', price: 40755, from: false })
  one.onChoose({ detail: { words: '请选择 颜色', sku: '' } })
  assert.equal(one.data.memberPrice.price, 37905)
  one.onShow()
  await rest()
  assert.equal(wx.asked.filter((each) => each === 'GET /me').length, 1, 'asked for once')
})

test('who has no level, and a level without a discount, see the price only', async (t) => {
  const stranger = opened(t, shop)
  await rest()
  assert.deepEqual([stranger.one.data.memberPrice, stranger.wx.asked.includes('GET /me')], [null, false])
  for (const level of [null, { name: '新客', discount_bp: 0 }]) {
    t.mock.restoreAll()
    const { one } = opened(t, memberOf(t, level))
    await rest()
    assert.equal(one.data.memberPrice, null)
  }
})

test('a level that takes off nothing after rounding is not told', () => {
  const model = require('../../app/pages/product/model.js')
  const cheap = { price: 10, skus: [{ key: 'a', price: 10 }] }
  assert.equal(model.memberPrice(cheap, SILVER, ''), null)
  assert.deepEqual(model.memberPrice({ price: 20, skus: [{ key: 'a', price: 20 }] }, SILVER, ''), { title: '银卡会员价', price: 19, from: false })
})
