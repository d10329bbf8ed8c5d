import assert from 'node:assert/strict'
import test, { beforeEach } from 'node:test'
import aftersales from '../../app/packages/order/services/aftersales.js'
import catalogue from '../../app/services/catalogue.js'
import errors from '../../app/services/errors.js'
import members from '../../app/services/members.js'
import orders from '../../app/packages/order/services/orders.js'
import reviews from '../../app/services/reviews.js'
import settings from '../../app/services/settings.js'
import shop from '../../app/services/shop.js'
import store from '../../app/services/store.js'
import { passed, phone } from './fakes.mjs'

const state = { sent: [], answer: null }

beforeEach(() => {
  Object.assign(state, { sent: [], answer: { statusCode: 200, data: { results: ['r'] } } })
  phone((asked) => {
    state.sent.push(asked)
    return state.answer
  })
})

/** Each call, what it asks the shop for, and its body. */
const CALLS = [
  [() => aftersales.list('OPEN', 2), 'GET /after-sales?state=OPEN&page=2'],
  [() => aftersales.list(''), 'GET /after-sales?page=1'],
  [() => aftersales.read('A1'), 'GET /after-sales/A1'],
  [() => aftersales.cancel('A1'), 'POST /after-sales/A1/cancel'],
  [() => catalogue.products({ category: 'c', brand: '' }, 3), 'GET /products?category=c&page=3&page_size=20'],
  [() => catalogue.products({}), 'GET /products?page=1&page_size=20'],
  [() => catalogue.facets({ keyword: 'a' }), 'GET /products/facets?keyword=a'],
  [() => members.address('k'), 'GET /addresses/k'],
  [() => members.saveAddress('k', { name: 'n' }), 'PATCH /addresses/k', { name: 'n' }],
  [() => members.saveAddress('', { name: 'n' }), 'POST /addresses', { name: 'n' }],
  [() => members.removeAddress('k'), 'DELETE /addresses/k'],
  [() => members.favourites(), 'GET /favourites?page=1'],
  [() => members.addFavourite('p'), 'POST /favourites/p'],
  [() => members.removeFavourite('p'), 'DELETE /favourites/p'],
  [() => members.footprints(2, 5), 'GET /footprints?page=2&page_size=5'],
  [() => members.removeFootprint('f'), 'DELETE /footprints/f'],
  [() => members.forgetFootprints(), 'DELETE /footprints'],
  [() => orders.preview({ cart: true }), 'POST /checkout/preview', { cart: true }],
  [() => orders.payStatus('1'), 'GET /orders/1/pay-status'],
  [() => orders.list('UNPAID'), 'GET /orders?status=UNPAID&page=1&page_size=10'],
  [() => orders.list('', 2, 5), 'GET /orders?page=2&page_size=5'],
  [() => orders.read('1'), 'GET /orders/1'],
  [() => orders.ofTrade('T/1'), 'GET /orders/by-trade/T%2F1'],
  [() => orders.packages('1'), 'GET /orders/1/packages'],
  [() => orders.secrets('1'), 'GET /orders/1/secrets'],
  [() => orders.cancel('1'), 'POST /orders/1/cancel'],
  [() => orders.receive('1'), 'POST /orders/1/receive'],
  [() => reviews.ofProduct('p', { score: 5 }, 2), 'GET /products/p/reviews?score=5&page=2&page_size=20'],
  [() => reviews.ofProduct('p', {}), 'GET /products/p/reviews?page=1&page_size=20'],
  [() => reviews.ofOrder('1'), 'GET /orders/1/reviews'],
  [() => reviews.send('1', { anonymous: true }), 'POST /orders/1/reviews', { anonymous: true }],
  [() => reviews.mine(), 'GET /reviews/mine?page=1'],
  [() => reviews.append('r', { content: '好' }), 'POST /reviews/r/append', { content: '好' }],
  [() => shop.agreement('privacy'), 'GET /agreements/privacy']
]

for (const [call, asked, body] of CALLS) {
  test(`${asked} ${body ? JSON.stringify(body) : ''}`, async () => {
    assert.deepEqual(await call(), { results: ['r'] })
    assert.deepEqual([wx.asked, state.sent[0].data, state.sent[0].header['Idempotency-Key']], [[asked], body, undefined])
  })
}

test('all addresses come in one list', async () => {
  assert.deepEqual([await members.addresses(), wx.asked], [['r'], ['GET /addresses?page_size=100']])
})

test('what may happen only once carries a key: the caller’s own, or a new one each time', async () => {
  const keys = []
  for (const call of [() => orders.place({}, 'own'), () => aftersales.apply({}, 'own'), () => orders.place({}), () => orders.place({}), () => aftersales.apply({}), () => orders.pay('1', 'wechat')]) {
    await call()
    keys.push(state.sent.pop().header['Idempotency-Key'])
  }
  assert.deepEqual(keys.slice(0, 2), ['own', 'own'])
  assert.equal(new Set(keys.slice(2)).size, 4)
  for (const key of keys.slice(2)) assert.match(key, /^[0-9a-z]{24}$/)
})

test('what goes with a product: in either shape of the answer, and nothing when the shop cannot tell', async () => {
  const said = []
  for (const answer of [{ statusCode: 200, data: [{ key: 'a' }] }, { statusCode: 200, data: { results: [{ key: 'b' }] } }, { statusCode: 200, data: null }, { statusCode: 404, data: {} }]) {
    state.answer = answer
    said.push(await catalogue.recommendations('p'))
  }
  assert.deepEqual([said, wx.told], [[[{ key: 'a' }], [{ key: 'b' }], [], []], []])
})

test('words to search for', async () => {
  state.answer = { statusCode: 200, data: { words: ['被子'] } }
  assert.deepEqual([await catalogue.hotWords(), await catalogue.suggestions('被 '), wx.asked], [['被子'], ['被子'], ['GET /search/hot', `GET /search/suggest?q=${encodeURIComponent('被 ')}`]])
})

test('what is shown of products, categories and the home page is shown at once the next time', async () => {
  for (const read of [(show) => catalogue.product('p', show), catalogue.categories, shop.home]) {
    const shown = []
    const show = (_data, { fresh }) => shown.push(fresh)
    await read(show)
    await read(show)
    assert.deepEqual(shown, [true, false])
  }
})

test('the shop says what it is once a launch, to all who ask together; a failure is asked again', async () => {
  assert.equal(shop.now(), null)
  state.answer = { statusCode: 404, data: { code: 'shop_closed', message: '店铺打烊了' } }
  await assert.rejects(shop.bootstrap(), { code: 'shop_closed' })
  state.answer = { statusCode: 200, data: { shop: { name: '织野' } } }
  assert.deepEqual(await Promise.all([shop.bootstrap(), shop.bootstrap()]), [{ shop: { name: '织野' } }, { shop: { name: '织野' } }])
  await shop.bootstrap()
  assert.deepEqual([wx.asked, shop.now()], [['GET /bootstrap', 'GET /bootstrap'], { shop: { name: '织野' } }])
})

test('the settings of the shop are read once, and an app without them has none', () => {
  assert.deepEqual(settings.settings(), { api: 'https://api.example.cn/s/abc/api/v1', shop: 'abc' })
  wx.getExtConfigSync = () => assert.fail('asked again')
  assert.equal(settings.settings().shop, 'abc')
})

test('a value is kept as it is, nothing kept is null, and no storage is no failure', () => {
  for (const value of [0, false, 'x', [1], { a: null }]) {
    store.write('k', value)
    assert.deepEqual(store.read('k'), value)
  }
  store.remove('k')
  assert.equal(store.read('k'), null)
  wx.getStorageSync = () => undefined
  assert.equal(store.read('k'), null)
  for (const name of ['getStorageSync', 'setStorageSync', 'removeStorageSync']) wx[name] = () => assert.fail('no storage')
  store.write('k', 1)
  store.remove('k')
  assert.equal(store.read('k'), null)
})

test('the server’s words win, then those for the status, then those for everything', () => {
  const told = ([statusCode, data]) => errors.fromAnswer({ statusCode, data })
  const found = [[409, { code: 'c', message: '卖完了' }], [429, {}], [503, null], [500, 'x'], [400, { code: 'c' }]].map(told)
  assert.deepEqual(found.map(({ code, message }) => [code, message]), [
    ['c', '卖完了'], ['http_429', '操作太快了，请稍等一会儿'], ['http_503', '店铺正忙，请稍后再试'], ['http_500', '出了点问题，请稍后再试'], ['c', '出了点问题，请稍后再试']
  ])
  assert.deepEqual(found.map(({ passing, offline }) => [passing, offline]), [[false, false], [true, false], [true, false], [true, false], [false, false]])
  assert.deepEqual([found[0].detail, found[0].requestId, found[0] instanceof Error], [{}, '', true])
})

test('silence is the network or its slowness', () => {
  const told = [{ errMsg: 'request:fail TIMEOUT' }, { errMsg: 'request:fail' }, undefined, {}].map(errors.fromSilence)
  assert.deepEqual(told.map(({ code, offline, passing }) => [code, offline, passing]), [['timeout', true, true], ['offline', true, true], ['offline', true, true], ['offline', true, true]])
})

test('a product read while the network is away is tried thrice and not told: its page tells it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  state.answer = { errMsg: 'request:fail' }
  const away = assert.rejects(catalogue.product('never seen', () => assert.fail('nothing is kept')), { offline: true })
  for (const pause of [300, 900]) await passed(t.mock.timers, pause)
  await away
  assert.deepEqual([wx.asked.length, wx.told], [3, []])
})

test('the first page of a list is kept, what was searched for is not', async () => {
  const page = { count: 1, next: null, results: [{ key: 'a' }] }
  const wx = phone(() => ({ statusCode: 200, data: page }))
  const seen = []
  await catalogue.products({ category: 'kept' }, 1, (answer) => seen.push(answer))
  await catalogue.products({ category: 'kept' }, 1, (answer) => seen.push(answer))
  assert.deepEqual([seen, wx.asked.length], [[page], 2])
  await catalogue.products({ keyword: '被子' }, 1, (answer) => seen.push(answer))
  await catalogue.products({ keyword: '被子' }, 1, (answer) => seen.push(answer))
  await catalogue.products({ category: 'kept' }, 2, (answer) => seen.push(answer))
  assert.deepEqual([seen.length, wx.asked.length], [1, 5])
})
