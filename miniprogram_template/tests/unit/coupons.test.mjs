import assert from 'node:assert/strict'
import test from 'node:test'
import coupons from '../../app/services/coupons.js'
import tickets from '../../app/utils/tickets.js'
import { component, phone } from './fakes.mjs'
import { page, tapped, until } from './pages.mjs'

const rule = (more = {}) => ({ title: '新店券', kind: 'FIXED', value: 1000, share_bp: 0, cap: null, threshold: 10000, summary: '满 100 减 10', is_stackable: false, is_limited: false, ...more })
const offer = (more = {}) => ({ key: 'c1', ...rule(), valid_from: null, valid_until: null, days_after: 0, days_valid: 7, claim_until: null, left_percent: null, is_mine: false, can_claim: true, ...more })
const own = (more = {}) => ({ key: 'k1', ...rule(), state: 'UNUSED', starts_at: '2026-11-20T10:00:00+08:00', ends_at: '2026-11-30T10:00:00+08:00', order: '', used_at: null, source: 'CLAIM', ...more })
const NOW = '2026-11-23T10:00:00+08:00'

test('a coupon says what it takes off, by kind', () => {
  const face = (more) => Object.values(tickets.face(rule(more))).join('')
  assert.deepEqual([{}, { value: 1250 }, { value: 100000 }].map(face), ['¥10', '¥12.5', '¥1000'])
  assert.deepEqual([{ kind: 'PERCENT', share_bp: 1500 }, { kind: 'FREIGHT', value: 0 }, { kind: 'FREIGHT', value: 500 }].map(face), ['8.5折', '免运费', '¥5运费'])
  assert.equal(tickets.rule(rule({ is_limited: true })), '满 100 减 10，限部分商品')
})

test('when it is good is told from the day of claiming, or between two times', () => {
  assert.equal(tickets.validity(offer()), '领取后 7 天内有效')
  assert.equal(tickets.validity(offer({ days_after: 2 })), '领取 2 天后生效，有效 7 天')
  const times = { days_valid: null, valid_until: '2026-12-01T00:00:00+08:00' }
  assert.equal(tickets.validity(offer(times)), '2026-12-01 00:00 前有效')
  assert.equal(tickets.validity(offer({ ...times, valid_from: NOW })), '2026-11-23 10:00 至 2026-12-01 00:00')
  assert.equal(tickets.validity(offer({ days_valid: null })), '')
  assert.equal(tickets.until(own(), NOW), '2026-11-30 10:00 到期')
  assert.equal(tickets.until(own({ starts_at: '2026-11-24T10:00:00+08:00' }), NOW), '2026-11-24 10:00 起可用')
})

test('what can be done with an offer depends on what the shopper has', () => {
  const words = (more) => tickets.way(offer(more)).words
  assert.deepEqual([{}, { is_mine: true }, { is_mine: true, can_claim: false }, { can_claim: false }].map(words), ['领取', '再领一张', '去使用', '已领完'])
  assert.equal(tickets.offer(offer({ left_percent: 12 })).left, '还剩 12%')
  assert.equal(tickets.offer(offer({ left_percent: 100 })).left, '')
})

/** A shop with coupons; `answers`: path → answer. */
function shop(answers) {
  const wx = phone(({ method, path }) => answers[`${method} ${path}`] || { statusCode: 404, data: { code: 'not_found', message: '没有找到' } })
  return wx
}
const said = (data, statusCode = 200) => ({ statusCode, data })

test('the service asks the paths of coupons', async () => {
  const wx = shop({ 'GET /coupons': said([]), 'GET /products/p1/coupons': said([]) })
  await Promise.all([coupons.centre(), coupons.ofProduct('p1')])
  assert.deepEqual(wx.asked, ['GET /coupons', 'GET /products/p1/coupons'])
})

test('one is claimed in the centre, or all, and what is gone is told', async () => {
  const wx = shop({ 'GET /coupons': said([offer(), offer({ key: 'c2' }), offer({ key: 'c3', is_mine: true, can_claim: false })]), 'POST /coupons/c1/claim': said(own(), 201), 'POST /coupons/c2/claim': said({ code: 'coupon_gone', message: '已经领完' }, 409), 'POST /coupons/claim-all': said({ now: NOW, coupons: [own(), own()] }) })
  const centre = page('../../app/packages/marketing/coupons/coupons.js')
  await until(() => centre.data.status === 'ready')
  assert.equal(centre.data.open, 2)
  await centre.onAct(tapped({ key: 'c1', act: 'claim' }))
  await centre.onAct(tapped({ key: 'c2', act: 'claim' }))
  await centre.onAll()
  await centre.onAct(tapped({ key: 'c3', act: 'use' }))
  assert.deepEqual(wx.told, ['领到了，下单时自动用上', '已经领完', '领到 2 张', '/packages/marketing/my-coupons/my-coupons'])
  assert.equal(centre.data.busy, '')
})

test('a centre that does not load says so', async () => {
  shop({ 'GET /coupons': said({ code: 'x', message: '坏了' }, 422) })
  const centre = page('../../app/packages/marketing/coupons/coupons.js')
  await until(() => centre.data.status === 'error')
  assert.equal(centre.data.message, '坏了')
})

test('the shopper sees coupons by state and types a code', async () => {
  const wx = shop({
    'GET /me/coupons?state=usable&page=1': said({ now: NOW, count: 1, next: null, results: [own()] }),
    'GET /me/coupons?state=used&page=1': said({ now: NOW, count: 1, next: null, results: [own({ order: 'N1' })] }),
    'POST /coupons/redeem': said(own({ title: '兑换券' }), 201)
  })
  const list = page('../../app/packages/marketing/my-coupons/my-coupons.js')
  await until(() => list.data.status === 'ready')
  assert.equal(list.data.rows[0].when, '2026-11-30 10:00 到期')
  list.onTab(tapped({ state: 'used' }))
  await until(() => list.data.status === 'ready')
  list.onAct(tapped({ order: 'N1' }))
  list.onAct(tapped({ key: 'k1', title: '新店券', rule: '满 100 减 10' }))
  await list.onRedeem()
  list.onCode({ detail: { value: ' ab-12 ' } })
  await list.onRedeem()
  assert.deepEqual([list.data.tab.state, list.data.code], ['usable', ''])
  assert.deepEqual(wx.told, ['/packages/order/detail/detail?number=N1', `/pages/products/products?promotion=k1&title=${encodeURIComponent('新店券')}&note=${encodeURIComponent('满 100 减 10')}`, '请输入兑换码', '兑换成功：兑换券'])
})

test('a code that is refused stays in its field', async () => {
  const wx = shop({ 'GET /me/coupons?state=usable&page=1': said({ now: NOW, count: 0, next: null, results: [] }), 'POST /coupons/redeem': said({ code: 'code_used', message: '兑换码已使用' }, 409) })
  const list = page('../../app/packages/marketing/my-coupons/my-coupons.js')
  list.onCode({ detail: { value: 'AB' } })
  await list.onRedeem()
  assert.deepEqual([list.data.code, wx.told], ['AB', ['兑换码已使用']])
})

test('a product names two of its coupons and lets them be claimed', async () => {
  const wx = shop({ 'GET /products/p1/coupons': said([offer(), offer({ key: 'c2' }), offer({ key: 'c3' })]), 'POST /coupons/c1/claim': said(own(), 201) })
  const row = component('../../app/components/product-coupons/product-coupons.js', { product: 'p1' })
  await row.load()
  assert.deepEqual(row.data.named.map((each) => each.key), ['c1', 'c2'])
  row.onOpen()
  await row.onClaim(tapped({ key: 'c1' }))
  row.onClose()
  assert.deepEqual([wx.told, row.data.open, row.data.busy], [['领到了，下单时自动用上'], false, ''])
})
