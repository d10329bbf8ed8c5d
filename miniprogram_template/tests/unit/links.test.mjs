import assert from 'node:assert/strict'
import test from 'node:test'
import links from '../../app/utils/links.js'
import url from '../../app/utils/url.js'

test('each kind of link has its page', () => {
  assert.deepEqual(links.target({ kind: 'product', value: 'a1' }), { url: '/pages/product/product?key=a1', tab: false })
  assert.deepEqual(links.target({ kind: 'category', value: 'c1' }, '床品'), { url: `/pages/products/products?category=c1&title=${encodeURIComponent('床品')}`, tab: false })
  assert.deepEqual(links.target({ kind: 'search', value: '被' }), { url: `/pages/products/products?keyword=${encodeURIComponent('被')}`, tab: false })
  assert.deepEqual(links.target({ kind: 'page', value: 'pages/cart/cart' }), { url: '/pages/cart/cart', tab: true })
})

test('an offer has its page, a reduction the goods that count, and an unknown tool none', () => {
  const to = (value) => (links.target({ kind: 'offer', value }, '店庆') || {}).url
  assert.equal(to('coupon'), '/packages/marketing/coupons/coupons')
  assert.equal(to('group_buy/k1'), '/packages/marketing/group-buy/group-buy?activity=k1')
  assert.equal(to('full_reduction/k2'), `/pages/products/products?promotion=k2&title=${encodeURIComponent('店庆')}`)
  assert.equal(to('second_half'), undefined)
})

test('no link, an unknown kind and an empty value lead nowhere', () => {
  for (const link of [null, undefined, { kind: 'web', value: 'x' }, { kind: 'product', value: '' }]) assert.equal(links.target(link), null)
})

test('the eleventh page takes the place of the tenth', () => {
  const opened = []
  globalThis.wx = { navigateTo: ({ fail }) => fail({ errMsg: 'navigateTo:fail webview count limit exceed' }), redirectTo: ({ url }) => opened.push(url) }
  links.open('/pages/product/product?key=a1')
  assert.deepEqual(opened, ['/pages/product/product?key=a1'])
})

test('a page that a merchant mistyped is told', () => {
  const told = []
  const fails = ({ fail }) => fail({ errMsg: 'fail page not found' })
  globalThis.wx = { navigateTo: fails, redirectTo: fails, showToast: ({ title }) => told.push(title) }
  links.follow({ kind: 'page', value: '/pages/nothing' })
  assert.deepEqual(told, ['这个页面暂时打不开'])
})

test('a value comes out of an address as it went in, also when the platform decoded it', () => {
  const [, query] = url.to('/p', { keyword: '100% 棉&麻' }).split('keyword=')
  assert.deepEqual([url.read(query), url.read('100% 棉&麻'), url.read(undefined)], ['100% 棉&麻', '100% 棉&麻', ''])
})
