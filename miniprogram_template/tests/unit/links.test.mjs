import assert from 'node:assert/strict'
import test from 'node:test'
import links from '../../app/utils/links.js'

test('each kind of link has its page', () => {
  assert.deepEqual(links.target({ kind: 'product', value: 'a1' }), { url: '/pages/product/product?key=a1', tab: false })
  assert.deepEqual(links.target({ kind: 'category', value: 'c1' }, '床品'), { url: `/pages/products/products?category=c1&title=${encodeURIComponent('床品')}`, tab: false })
  assert.deepEqual(links.target({ kind: 'search', value: '被' }), { url: `/pages/products/products?keyword=${encodeURIComponent('被')}`, tab: false })
  assert.deepEqual(links.target({ kind: 'page', value: 'pages/cart/cart' }), { url: '/pages/cart/cart', tab: true })
})

test('no link, an unknown kind and an empty value lead nowhere', () => {
  for (const link of [null, undefined, { kind: 'web', value: 'x' }, { kind: 'product', value: '' }]) assert.equal(links.target(link), null)
})
