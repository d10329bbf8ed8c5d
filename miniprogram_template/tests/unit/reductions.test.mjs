import assert from 'node:assert/strict'
import test from 'node:test'
import session from '../../app/services/session.js'
import reductions from '../../app/utils/reductions.js'
import { phone } from './fakes.mjs'
import { page, until } from './pages.mjs'

const LIST = '../../app/pages/products/products.js'
const NEAR = { key: 'm1', title: '店庆满减', reason: 'threshold', message: '还差 ¥12.00', gain: '减 30 元', summary: '满 100 元减 30 元' }

test('a hint says what is missing and what comes then, and leads to what counts', () => {
  const [hint, ...others] = reductions.near({ misses: [NEAR, { ...NEAR, key: 'x', reason: 'excluded' }] })
  assert.equal(hint.words, '店庆满减：还差 ¥12.00，可减 30 元')
  assert.equal(hint.path, `/pages/products/products?promotion=m1&title=${encodeURIComponent('店庆满减')}&note=${encodeURIComponent('满 100 元减 30 元')}`)
  assert.deepEqual(others, [])
  assert.equal(reductions.near({ misses: [{ ...NEAR, gain: '' }] })[0].words, '店庆满减：还差 ¥12.00')
  assert.equal(reductions.near({ misses: [1, 2, 3, 4].map((key) => ({ ...NEAR, key })) }).length, 3)
  assert.deepEqual(reductions.near({}), [])
})

test('a basket stands with an activity or a coupon as its quote says', () => {
  const quote = { discounts: [{ key: 'm1', amount: 1000 }], misses: [NEAR, { ...NEAR, key: 'm2' }], coupons: [{ key: 'c1', is_usable: true, saves: 500, message: '' }, { key: 'c2', is_usable: false, saves: 0, message: '还差 ¥3.00' }] }
  const words = ['m1', 'm2', 'c1', 'c2', 'other'].map((key) => reductions.standing(quote, key))
  assert.deepEqual(words, ['已减 ¥10.00，还差 ¥12.00，可减 30 元', '还差 ¥12.00，可减 30 元', '可省 ¥5.00', '还差 ¥3.00', ''])
})

/** A shop whose activity `m1` is for one product; `selected` is whether the cart has something to price. */
function shop({ selected = true, over = false } = {}) {
  const wx = phone(({ path }) => {
    if (path.startsWith('/products')) return over ? { statusCode: 404, data: { code: 'not_found', message: '没有找到' } } : { statusCode: 200, data: { count: 1, next: null, results: [{ key: 'p1' }] } }
    if (path === '/cart') return { statusCode: 200, data: { items: [{ is_selected: selected, is_available: true }], count: 1 } }
    if (path === '/checkout/preview') return { statusCode: 200, data: { discounts: [], misses: [NEAR], coupons: [] } }
    return { statusCode: 404, data: {} }
  })
  return wx
}

function logIn(wx) {
  wx.setStorageSync('session', { token: 't', expiresAt: '2099-01-01T00:00:00+08:00', member: {} })
  session.restore()
}

test('the goods of an activity are listed under its rule, with how the cart stands', async () => {
  const wx = shop()
  logIn(wx)
  const list = page(LIST, { promotion: 'm1', title: encodeURIComponent('店庆满减'), note: encodeURIComponent('满 100 元减 30 元') })
  list.onShow()
  await until(() => list.data.status === 'ready' && list.data.standing)
  assert.deepEqual([list.data.note, list.data.standing, list.data.base], ['满 100 元减 30 元', '还差 ¥12.00，可减 30 元', { promotion: 'm1' }])
  assert.ok(wx.asked.includes('GET /products?promotion=m1&page=1&page_size=20'))
  assert.match(list.onShareAppMessage().path, /promotion=m1&note=/)
  const previews = () => wx.asked.filter((each) => each.endsWith('/checkout/preview')).length
  const before = previews()
  await list.stand()
  assert.equal(previews(), before + 1)
  session.forget()
})

test('nothing is priced for an empty selection, for a stranger, or for a list of its own', async () => {
  const wx = shop({ selected: false })
  await page(LIST, { promotion: 'm1' }).stand()
  assert.ok(!wx.asked.includes('GET /cart'))
  logIn(wx)
  await page(LIST, {}).stand()
  assert.ok(!wx.asked.includes('GET /cart'))
  const list = page(LIST, { promotion: 'm1' })
  await list.stand()
  assert.deepEqual([list.data.standing, wx.asked.includes('GET /cart'), wx.asked.includes('POST /checkout/preview')], ['', true, false])
  session.forget()
})

test('an activity that is over says so', async () => {
  shop({ over: true })
  const list = page(LIST, { promotion: 'm1' })
  await until(() => list.data.status === 'error')
  assert.equal(list.data.over, true)
})
