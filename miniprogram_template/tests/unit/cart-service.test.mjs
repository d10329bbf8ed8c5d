import assert from 'node:assert/strict'
import test, { beforeEach } from 'node:test'
import cart from '../../app/services/cart.js'
import session from '../../app/services/session.js'
import { phone, settled } from './fakes.mjs'

const state = { answers: {}, badges: [], sent: [] }

beforeEach(async () => {
  Object.assign(state, { answers: { 'GET /cart': { statusCode: 200, data: { items: [], count: 0 } } }, badges: [], sent: [] })
  phone(({ method, path, data }) => {
    state.sent.push([`${method} ${path}`, data])
    return state.answers[`${method} ${path}`] || { statusCode: 404, data: { code: 'not_found', message: '没有找到' } }
  })
  wx.setTabBarBadge = ({ index, text }) => state.badges.push([index, text])
  wx.removeTabBarBadge = ({ index }) => state.badges.push([index, ''])
  session.forget()
  await cart.read()
  Object.assign(state, { badges: [], sent: [] })
})

const holding = (count) => {
  state.answers['GET /cart'] = { statusCode: 200, data: { items: [], count } }
}

test('the tab wears the number of lines: none, some, and more than it has room for', async () => {
  for (const count of [3, 99, 100, 0]) {
    holding(count)
    await cart.read()
  }
  assert.deepEqual(state.badges, [[2, '3'], [2, '99'], [2, '99+'], [2, '']])
})

test('who watches hears the number at once and when it changes, until he ends it', async () => {
  const heard = { a: [], b: [] }
  const ends = ['a', 'b'].map((name) => cart.watch((count) => heard[name].push(count)))
  holding(2)
  await cart.read()
  ends[0]()
  ends[0]() // twice: the other one still watches
  holding(5)
  await cart.read()
  ends[1]()
  holding(6)
  await cart.read()
  assert.deepEqual(heard, { a: [0, 2], b: [0, 2, 5] })
})

test('a line that is removed is counted off, and no cart holds less than nothing', async () => {
  holding(1)
  await cart.read()
  state.answers['DELETE /cart/items/k'] = { statusCode: 204, data: '' }
  await cart.remove('k')
  await cart.remove('k')
  assert.deepEqual(state.badges.slice(1), [[2, ''], [2, '']])
})

test('a line that could not be removed is told and still counted', async () => {
  holding(1)
  await cart.read()
  await assert.rejects(cart.remove('gone'), { code: 'not_found' })
  assert.deepEqual([state.badges, wx.told], [[[2, '1']], ['没有找到']])
})

test('a change sends what changes and leaves the telling to the page', async () => {
  state.answers['PATCH /cart/items/k'] = { statusCode: 409, data: { code: 'limit_exceeded', message: '限购 2 件' } }
  await assert.rejects(cart.change('k', { quantity: 3 }), { code: 'limit_exceeded' })
  assert.deepEqual([state.sent, wx.told], [[['PATCH /cart/items/k', { quantity: 3 }]], []])
})

test('a stranger’s badge asks nothing, a member’s is asked for after an addition', async () => {
  state.answers['POST /cart/items'] = { statusCode: 201, data: { key: 'l' } }
  assert.deepEqual(await cart.add('s'), { key: 'l' })
  assert.deepEqual(state.sent, [['POST /cart/items', { sku: 's', quantity: 1 }]])
  wx.login = ({ success }) => success({ code: 'c' })
  state.answers['POST /auth/wechat-login'] = { statusCode: 200, data: { token: 't', expires_at: '2099-01-01T00:00:00Z', member: {} } }
  await session.ensure()
  holding(4)
  await cart.add('s', 2)
  await settled()
  await settled()
  assert.deepEqual([state.sent.slice(-2), state.badges], [[['POST /cart/items', { sku: 's', quantity: 2 }], ['GET /cart', undefined]], [[2, '4']]])
})

test('lines of an earlier order: what is gone is named, a network that is away ends it', async () => {
  const lines = [{ sku: 'a', quantity: 1, title: '碗' }, { sku: 'b', quantity: 2, title: '被' }]
  assert.deepEqual(await cart.again(lines), { added: 0, missing: ['碗', '被'] })
  assert.deepEqual(await cart.again([]), { added: 0, missing: [] })
  state.sent = []
  state.answers['POST /cart/items'] = { errMsg: 'request:fail' }
  await assert.rejects(cart.again(lines), { offline: true })
  assert.equal(state.sent.length, 1)
})
