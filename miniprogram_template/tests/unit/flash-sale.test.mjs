import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import basket from '../../app/services/basket.js'
import clock from '../../app/services/clock.js'
import model from '../../app/packages/marketing/flash-sale/model.js'
import queues from '../../app/packages/order/services/queues.js'
import '../../app/packages/marketing/services/flash-sales.js'
import { component, passed, phone } from './fakes.mjs'
import { loaded } from './mounted.mjs'
import { page, tapped, until } from './pages.mjs'

const QUEUE = 'packages/order/components/queue/queue'
const app = await loaded((path) => (path.endsWith('/queue') ? { admitted: false, position: 3, retry_after: 60 } : {}))
after(app.close)

const at = (text) => Date.parse(text)
const item = (sku, more = {}) => ({ sku, options: '', price: 990, normal_price: 2900, sold_out: false, sold_percent: 45, product: { key: `p-${sku}`, title: '碗', cover: '' }, ...more })
const session = (key, starts, ends, items = [item(`${key}-1`)], limits = { per_order: 0, per_member: 2 }) => ({ key, title: key, starts_at: starts, ends_at: ends, limits, items })
const group = (...sessions) => ({ starts_at: sessions[0].starts_at, phase: 'LIVE', sessions })
const SAID = {
  now: '2026-11-23T11:00:00+08:00',
  groups: [
    group(session('early', '2026-11-23T09:00:00+08:00', '2026-11-23T12:00:00+08:00')),
    group(session('late', '2026-11-23T10:00:00+08:00', '2026-11-23T14:00:00+08:00', [item('gone', { sold_out: true, sold_percent: 100 })])),
    group(session('noon', '2026-11-23T12:00:00+08:00', '2026-11-23T13:00:00+08:00')),
    group(session('next', '2026-11-24T10:00:00+08:00', '2026-11-24T11:00:00+08:00'))
  ]
}

test('what runs is one tab, what is to come one for each start', () => {
  const tabs = model.tabs(SAID, at('2026-11-23T11:00:00+08:00'))
  assert.deepEqual(tabs.map(({ clock: hour, words, live }) => [hour, words, live]), [['正在抢', '低价进行中', true], ['12:00', '开抢', false], ['10:00', '明天开抢', false]])
  assert.deepEqual(tabs[0].sessions.map((each) => [each.until, each.items[0].state]), [['2026-11-23T12:00:00+08:00', 'open'], ['2026-11-23T14:00:00+08:00', 'gone']])
  assert.deepEqual([tabs[1].sessions[0].until, tabs[1].sessions[0].items[0].state, tabs[1].sessions[0].limit], ['2026-11-23T12:00:00+08:00', 'coming', '每人限购 2 件'])
  assert.deepEqual([model.tabOf(tabs, 'next'), model.tabOf(tabs, 'unknown'), model.tabOf([], '')], ['2026-11-24T10:00:00+08:00', 'now', ''])
})

test('an order has as many units as the session allows', () => {
  const most = (limits) => model.tabs({ groups: [group(session('s', '2026-11-23T09:00:00+08:00', '2026-11-23T12:00:00+08:00', [item('x')], limits))] }, at('2026-11-23T11:00:00+08:00'))[0].sessions[0].most
  assert.deepEqual([[0, 0], [0, 2], [3, 0], [3, 5]].map(([order, member]) => most({ per_order: order, per_member: member })), [99, 2, 3, 3])
})

test('at its start a session is open, and at its end it is gone, without another answer', () => {
  const keys = (time) => model.tabs(SAID, at(time)).map((tab) => tab.sessions.map((each) => each.key))
  assert.deepEqual(keys('2026-11-23T11:59:59+08:00'), [['early', 'late'], ['noon'], ['next']])
  assert.deepEqual(keys('2026-11-23T12:00:00+08:00'), [['late', 'noon'], ['next']])
  assert.deepEqual(model.tabs(SAID, at('2026-11-24T11:00:00+08:00')), [])
})

const opened = (answer, query = {}) => {
  const wx = phone(answer)
  const opens = []
  wx.navigateTo = ({ url }) => opens.push(url)
  return { shown: page('../../app/packages/marketing/flash-sale/flash-sale.js', query), opens, wx }
}

test('the page goes by the time of the shop, and a tap orders one unit in the session', async () => {
  const { shown, opens, wx } = opened(({ path }) => (path === '/flash-sales' ? { statusCode: 200, data: SAID } : { statusCode: 404, data: {} }), { activity: 'next' })
  await until(() => shown.data.status === 'ready')
  assert.ok(Math.abs(clock.now() - at(SAID.now)) < 5000)
  assert.deepEqual([shown.data.tab, shown.data.live], ['2026-11-24T10:00:00+08:00', false])
  shown.onTab(tapped({ key: 'now' }))
  assert.deepEqual([shown.data.live, shown.data.sessions.length], [true, 2])
  shown.onBuy(tapped({ session: 'early', sku: 'early-1', product: 'p-early-1' }))
  assert.deepEqual(basket.now().items, [{ sku: 'early-1', quantity: 1, product: 'p-early-1', activity: { tool: 'flash_sale', key: 'early' } }])
  shown.onUnits(tapped({ item: 'earlyearly-1' }, { value: 2 }))
  shown.onBuy(tapped({ session: 'early', sku: 'early-1', product: 'p-early-1' }))
  assert.deepEqual(basket.now().items.map(({ quantity }) => quantity), [2])
  opens.pop()
  shown.onProduct(tapped({ product: 'p-early-1' }))
  assert.deepEqual(opens, ['/packages/order/checkout/checkout', '/pages/product/product?key=p-early-1'])
  assert.equal(shown.onShareAppMessage().path, '/packages/marketing/flash-sale/flash-sale?activity=early')
  assert.deepEqual(wx.told, [])
  clock.heard({ Date: new Date().toISOString() })
})

const REMINDED = '/me/flash-sale-reminders'
const sent = []
const withTemplate = (refused) => ({ method, path, data }) => {
  if (path === '/flash-sales') return { statusCode: 200, data: { ...SAID, reminder_template: 'tmpl-1' } }
  if (path === REMINDED) return { statusCode: 200, data: { activities: ['next'] } }
  sent.push([method, path, data])
  return refused ? { statusCode: 409, data: { code: 'already_started', message: '已经开始' } } : { statusCode: 204, data: null }
}
const asksConsent = (wx, answer) => {
  wx.requestSubscribeMessage = ({ tmplIds, success }) => success({ [tmplIds[0]]: answer })
}

test('who agrees is told of a session, and is not asked again', async () => {
  const { shown, wx } = opened(withTemplate(), { activity: 'noon' })
  asksConsent(wx, 'accept')
  await until(() => shown.data.reminded.next)
  assert.equal(shown.data.template, 'tmpl-1')
  await shown.onRemind(tapped({ session: 'noon' }))
  assert.deepEqual(sent.splice(0), [['POST', '/activities/noon/remind', { template: 'tmpl-1' }]])
  assert.deepEqual([shown.data.reminded, wx.told], [{ next: true, noon: true }, ['开抢前 3 分钟提醒您']])
  shown.onUnload()
})

test('who declines, or asks too late, is promised nothing', async () => {
  for (const [answer, refused] of [['reject', false], ['accept', true]]) {
    const { shown, wx } = opened(withTemplate(refused), { activity: 'noon' })
    asksConsent(wx, answer)
    await until(() => shown.data.reminded.next)
    await shown.onRemind(tapped({ session: 'noon' }))
    assert.deepEqual([sent.splice(0).length, shown.data.reminded], [refused ? 1 : 0, { next: true }])
    assert.ok(!wx.told.includes('开抢前 3 分钟提醒您'))
    shown.onUnload()
  }
})

test('where WeChat sends no messages nobody is asked', async () => {
  const { shown, wx } = opened(withTemplate(), { activity: 'noon' })
  await until(() => shown.data.status === 'ready')
  assert.deepEqual([shown.data.template, wx.asked.includes(`GET ${REMINDED}`)], ['', false])
  shown.onUnload()
})

test('no session, and none that loads, are told apart', async () => {
  const empty = opened(() => ({ statusCode: 200, data: { now: SAID.now, groups: [] } })).shown
  await until(() => empty.data.status === 'empty')
  const failed = opened(() => ({ statusCode: 422, data: { code: 'x', message: '坏了' } })).shown
  await until(() => failed.data.status === 'error')
  assert.equal(failed.data.message, '坏了')
})

test('the line says how many are before the shopper', () => {
  const queue = app.mount(QUEUE, { activity: 'a1', position: 12, retry: 60 })
  assert.deepEqual(queue.words('.ahead'), ['前面还有 12 人'])
  const heard = queue.heard('leave')
  queue.tap('.leave')
  assert.equal(heard()[0][0], 'leave')
  queue.release()
})

test('the line asks when the shop says, and goes on by itself once it is the turn', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const answers = [{ admitted: false, position: 4, retry_after: 3 }, null, { admitted: true, position: 0, retry_after: 0 }]
  const wx = phone(() => {
    const data = answers.shift()
    return data ? { statusCode: 200, data } : { statusCode: 403, data: { code: 'x', message: '没听到' } }
  })
  const queue = component(`../../app/${QUEUE}.js`, { activity: 'a1', position: 9, retry: 5 })
  queue.wait(5)
  await passed(context.mock.timers, 4999)
  assert.deepEqual(wx.asked, [])
  await passed(context.mock.timers, 1)
  assert.deepEqual([queue.data.ahead, queue.data.silent], [4, false])
  await passed(context.mock.timers, 3000)
  assert.equal(queue.data.silent, true)
  await passed(context.mock.timers, 3000)
  assert.deepEqual([wx.asked, queue.events], [Array(3).fill('GET /flash-sales/a1/queue'), [['admitted', undefined]]])
})

test('who has left the line asks no more', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const wx = phone(() => ({ statusCode: 200, data: { admitted: true } }))
  const queue = component(`../../app/${QUEUE}.js`, { activity: 'a1', position: 9, retry: 5 })
  queue.wait(5)
  queue.onLeave()
  await passed(context.mock.timers, 60000)
  assert.deepEqual([wx.asked, queue.events.map(([name]) => name), typeof queues.place], [[], ['leave'], 'function'])
})
