import assert from 'node:assert/strict'
import test, { beforeEach } from 'node:test'
import members from '../../app/services/members.js'
import requests from '../../app/services/request.js'
import session from '../../app/services/session.js'
import store from '../../app/services/store.js'
import { phone } from './fakes.mjs'

const LATER = '2099-01-01T00:00:00+08:00'
const state = { logins: 0, refused: [], answers: {} }

/** The shop: a log-in gives t1, t2 …; refused tokens are answered with 401. */
function answer({ method, path, header }) {
  if (path === '/auth/wechat-login') return state.answers.login || { statusCode: 200, data: { token: `t${++state.logins}`, expires_at: LATER, member: { nickname: '小明' } } }
  if (state.refused.includes((header.Authorization || '').replace('Bearer ', ''))) return { statusCode: 401, data: { code: 'not_authenticated', message: '请先登录' } }
  return state.answers[`${method} ${path}`] || { statusCode: 200, data: { path } }
}

beforeEach(() => {
  Object.assign(state, { logins: 0, refused: [], answers: {} })
  phone(answer)
  wx.login = ({ success }) => success({ code: 'c' })
  session.forget()
})

test('nobody is logged in until somebody has to be', async () => {
  assert.deepEqual([session.token(), session.member()], ['', null])
  assert.deepEqual(await session.ensure(), { nickname: '小明' })
  await session.ensure()
  assert.deepEqual([session.token(), state.logins], ['t1', 1])
})

test('the session of the last launch is taken up', async () => {
  await session.ensure()
  const kept = store.read('session')
  session.forget()
  store.write('session', kept)
  session.restore()
  assert.deepEqual([session.token(), session.member(), state.logins], ['t1', { nickname: '小明' }, 1])
})

test('a session that is over, or that says nothing of its end, is not taken up', () => {
  for (const kept of [{ token: 'x', expiresAt: '2020-01-01T00:00:00Z' }, { token: 'x' }, null]) {
    if (kept) store.write('session', kept)
    session.restore()
    assert.equal(session.token(), '')
    store.remove('session')
  }
})

test('parallel calls that are refused share one log-in', async () => {
  await session.ensure()
  state.refused = ['t1']
  const answers = await Promise.all(['/me', '/cart', '/addresses'].map((path) => requests.get(path)))
  assert.deepEqual([answers.map(({ path }) => path), state.logins, session.token()], [['/me', '/cart', '/addresses'], 2, 't2'])
})

test('a call whose token was replaced meanwhile does not log in again', async () => {
  await session.ensure()
  await session.renew('an older one')
  assert.deepEqual([session.token(), state.logins], ['t1', 1])
  await session.renew('t1')
  assert.deepEqual([session.token(), state.logins], ['t2', 2])
})

test('a log-in that failed leaves nobody logged in, and the next one tries again', async () => {
  await session.ensure()
  wx.login = ({ fail }) => fail({ errMsg: 'login:fail timeout' })
  await assert.rejects(session.renew('t1'), { code: 'timeout', status: 0 })
  assert.deepEqual([session.token(), store.read('session')], ['', null])
  wx.login = ({ success }) => success({ code: 'c' })
  assert.deepEqual(await session.ensure(), { nickname: '小明' })
})

test('a log-in that the shop refuses is the caller’s to tell', async () => {
  state.answers.login = { statusCode: 403, data: { code: 'member_blocked', message: '账号已停用' } }
  await assert.rejects(session.ensure(), { code: 'member_blocked', message: '账号已停用' })
  assert.deepEqual([session.token(), wx.told], ['', []])
})

test('what the server says of the member is kept beside what was known', async () => {
  session.update({ phone: '1' })
  assert.equal(session.member(), null)
  await session.ensure()
  session.update({ phone: '138****0000' })
  assert.deepEqual([session.member(), store.read('session').member], [{ nickname: '小明', phone: '138****0000' }, { nickname: '小明', phone: '138****0000' }])
})

test('logging out ends the session here even when the server is away', async () => {
  await session.ensure()
  state.answers['POST /auth/logout'] = { errMsg: 'request:fail' }
  await session.logOut()
  assert.deepEqual([session.token(), store.read('session'), wx.told], ['', null, []])
  const { length } = wx.asked
  await session.logOut()
  assert.equal(wx.asked.length, length, 'who is not logged in has nothing to end')
})

test('an account that is cancelled is forgotten, one that could not be is kept', async () => {
  await session.ensure()
  store.write('searched', ['奶粉'])
  state.answers['POST /account/erase'] = { statusCode: 409, data: { code: 'orders_open', message: '还有进行中的订单' } }
  await assert.rejects(members.erase(), { code: 'orders_open' })
  assert.deepEqual([session.token(), store.read('searched')], ['t1', ['奶粉']])
  state.answers['POST /account/erase'] = { statusCode: 204, data: '' }
  await members.erase()
  assert.deepEqual([session.token(), session.member(), store.read('session'), store.read('searched')], ['', null, null, null])
})

test('a stranger has nothing that waits, no favourites, and leaves no footprints', async () => {
  assert.deepEqual([await members.counts(), await members.isFavourite('p'), await members.visited('p'), wx.asked], [{}, false, undefined, []])
})

test('a member’s favourites and footprints are asked for without logging in, and never fail', async () => {
  await session.ensure()
  state.answers['POST /favourites/check'] = { statusCode: 200, data: { favourites: ['p'] } }
  assert.deepEqual([await members.isFavourite('p'), await members.isFavourite('q')], [true, false])
  state.refused = ['t1']
  assert.deepEqual([await members.isFavourite('p'), await members.visited('p'), state.logins], [false, undefined, 1])
})

test('the member page and the profile tell the session what they learnt', async () => {
  state.answers['GET /me'] = { statusCode: 200, data: { nickname: '小红' } }
  state.answers['PATCH /me'] = { statusCode: 200, data: { nickname: '小兰' } }
  state.answers['POST /auth/phone'] = { statusCode: 200, data: { phone: '138****0000' } }
  await members.me()
  assert.deepEqual([session.member(), state.logins], [{ nickname: '小红' }, 1])
  await members.saveProfile({ nickname: '小兰' })
  await members.bindPhone('c')
  assert.deepEqual(session.member(), { nickname: '小兰', phone: '138****0000' })
})
