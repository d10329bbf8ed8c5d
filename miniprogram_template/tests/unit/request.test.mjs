import assert from 'node:assert/strict'
import test, { beforeEach } from 'node:test'
import clock from '../../app/services/clock.js'
import errors from '../../app/services/errors.js'
import requests from '../../app/services/request.js'
import settings from '../../app/services/settings.js'
import { passed, phone } from './fakes.mjs'

const BUSY = { statusCode: 503, data: null }
const REFUSED = { statusCode: 401, data: { code: 'not_authenticated', message: '请先登录' } }
const fine = (data) => ({ statusCode: 200, data })

const session = { token: '', renewals: [], next: null }
requests.useSession({
  token: () => session.token,
  async renew(used) {
    session.renewals.push(used)
    await session.next()
  }
})

beforeEach(() => {
  Object.assign(session, { token: '', renewals: [], next: () => (session.token = 'new') })
})

/** A phone that hears `answers` one after the other, the last again and again; `sent` is what it was asked. */
function hearing(...answers) {
  const sent = []
  const wx = phone((asked) => {
    sent.push(asked)
    return answers[Math.min(sent.length, answers.length) - 1]
  })
  return { sent, told: wx.told, asked: wx.asked }
}

/** What became of a request: its answer or its error. */
const outcome = (promise) => promise.then((answer) => ({ answer }), (error) => ({ error }))

test('the address is the shop’s, values are encoded and empty ones left out', async () => {
  const { sent, asked } = hearing(fine({ count: 0 }))
  assert.deepEqual(await requests.get('/products', { query: { keyword: '被 & 褥', page: 0, brand: '', sort: null, tag: undefined } }), { count: 0 })
  assert.deepEqual(asked, [`GET /products?keyword=${encodeURIComponent('被 & 褥')}&page=0`])
  assert.deepEqual([sent[0].header, sent[0].timeout], [{ 'Accept-Language': 'zh-CN' }, 15000])
  assert.equal(settings.settings().shop, 'abc')
})

test('each verb carries its data, the token and a time of its own', async () => {
  session.token = 't1'
  const { sent } = hearing(fine({}))
  await requests.post('/a', { n: 1 }, { timeout: 4000 })
  await requests.patch('/a', { n: 2 })
  await requests.remove('/a')
  assert.deepEqual(sent.map(({ method, data, timeout }) => [method, data, timeout]), [['POST', { n: 1 }, 4000], ['PATCH', { n: 2 }, 15000], ['DELETE', undefined, 15000]])
  assert.equal(sent[0].header.Authorization, 'Bearer t1')
})

test('a read is tried again after 300 and 900 milliseconds', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { asked, told } = hearing(BUSY, { errMsg: 'request:fail' }, fine({ ok: true }))
  const answer = requests.get('/home')
  const counts = []
  for (const pause of [0, 299, 1, 899, 1]) {
    await passed(t.mock.timers, pause)
    counts.push(asked.length)
  }
  assert.deepEqual([counts, await answer, told], [[1, 1, 2, 2, 3], { ok: true }, []])
})

test('the third failure is told and handed on', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { asked, told } = hearing(BUSY)
  const end = outcome(requests.get('/home'))
  for (const pause of [300, 900, 60000]) await passed(t.mock.timers, pause)
  const { error } = await end
  assert.deepEqual([error instanceof errors.ApiError, error.status, error.code, error.passing, error.offline], [true, 503, 'http_503', true, false])
  assert.deepEqual([asked.length, told], [3, ['店铺正忙，请稍后再试']])
})

for (const [words, failure, tries] of [
  ['too many requests', { statusCode: 429, data: {} }, 3],
  ['a place in a line', { statusCode: 429, data: { code: 'queueing', message: '排队' } }, 1],
  ['a broken server', { statusCode: 500, data: '<html>' }, 3],
  ['what is not there', { statusCode: 404, data: {} }, 1],
  ['what is refused', { statusCode: 409, data: { code: 'in_use', message: '正在使用' } }, 1]
]) {
  test(`${words}: a read is tried ${tries} times`, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { asked } = hearing(failure)
    const end = outcome(requests.get('/x', { quiet: true }))
    for (const pause of [300, 900, 60000]) await passed(t.mock.timers, pause)
    assert.deepEqual([(await end).error.status, asked.length], [failure.statusCode, tries])
  })
}

test('a write without a key is tried once, whatever happened to it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  for (const verb of ['post', 'patch', 'remove']) {
    const { asked } = hearing({ errMsg: 'request:fail timeout' })
    const end = outcome(verb === 'remove' ? requests.remove('/x') : requests[verb]('/x', {}))
    await passed(t.mock.timers, 60000)
    assert.deepEqual([(await end).error.code, asked.length], ['timeout', 1], verb)
  }
})

test('a write with a key is tried again under the same key, also while the first is on its way', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { sent } = hearing({ errMsg: 'request:fail' }, { statusCode: 409, data: { code: 'in_progress', message: '正在处理' } }, { statusCode: 201, data: { number: '1' } })
  const answer = requests.post('/orders', {}, { key: 'k1' })
  for (const pause of [300, 900]) await passed(t.mock.timers, pause)
  assert.deepEqual([await answer, sent.map(({ header }) => header['Idempotency-Key'])], [{ number: '1' }, ['k1', 'k1', 'k1']])
})

test('a session that ended is renewed and the call made again with the new token', async () => {
  session.token = 'old'
  const { sent, told } = hearing(REFUSED, fine({ nickname: '小明' }))
  assert.deepEqual(await requests.get('/me'), { nickname: '小明' })
  assert.deepEqual([session.renewals, sent.map(({ header }) => header.Authorization), told], [['old'], ['Bearer old', 'Bearer new'], []])
})

test('a write that was refused for its session is made again, for it did nothing', async () => {
  const { sent } = hearing(REFUSED, { statusCode: 201, data: { key: 'l' } })
  assert.deepEqual(await requests.post('/cart/items', { sku: 'a' }), { key: 'l' })
  assert.deepEqual([session.renewals, sent.map(({ data }) => data)], [[''], [{ sku: 'a' }, { sku: 'a' }]])
})

test('a second refusal is told, not renewed for ever', async () => {
  const { asked, told } = hearing(REFUSED)
  assert.equal((await outcome(requests.get('/me'))).error.code, 'not_authenticated')
  assert.deepEqual([session.renewals.length, asked.length, told], [1, 2, ['请先登录']])
})

test('a log-in that fails is what the caller hears, once', async () => {
  session.next = () => Promise.reject(errors.fromSilence({ errMsg: 'login:fail' }))
  const { asked, told } = hearing(REFUSED)
  const { error } = await outcome(requests.get('/me'))
  assert.deepEqual([error.code, asked.length, told], ['offline', 1, ['网络不太好，请检查后重试']])
})

test('an anonymous call never logs in', async () => {
  session.token = 'old'
  const { asked } = hearing(REFUSED)
  assert.equal((await outcome(requests.get('/home', { anonymous: true }))).error.status, 401)
  assert.deepEqual([session.renewals, asked.length], [[], 1])
})

test('failures are told for two and a half seconds, unless the caller tells them himself', async () => {
  const refused = { statusCode: 409, data: { code: 'sold_out', message: '卖完了', detail: { sku: 'a' } } }
  hearing(refused)
  const toasts = []
  wx.showToast = (toast) => toasts.push(toast)
  await outcome(requests.post('/x', {}, { quiet: true }))
  assert.deepEqual(toasts, [])
  const { error } = await outcome(requests.post('/x', {}))
  assert.deepEqual([toasts, error.code, error.detail], [[{ title: '卖完了', icon: 'none', duration: 2500 }], 'sold_out', { sku: 'a' }])
})

test('the number of a request is known from the answer or from its header', async () => {
  for (const [data, header] of [[{ request_id: 'r1' }, {}], [null, { 'X-Request-ID': 'r1' }], ['<html>', { 'x-request-id': 'r1' }]]) {
    hearing({ statusCode: 400, data, header })
    assert.equal((await outcome(requests.get('/x', { quiet: true }))).error.requestId, 'r1')
  }
})

test('the server’s clock is learnt from its answers, not from what a cache may have kept', async () => {
  const ahead = () => Math.round((clock.now() - Date.now()) / 60000)
  const header = { Date: new Date(Date.now() + 3600000).toUTCString() }
  hearing({ statusCode: 200, data: {}, header })
  await requests.get('/home', { anonymous: true })
  assert.equal(ahead(), 0)
  await requests.get('/me')
  assert.equal(ahead(), 60)
})

test('an answer without a body is undefined, whatever the phone makes of it', async () => {
  for (const data of ['', null, undefined]) {
    hearing({ statusCode: 204, data })
    assert.equal(await requests.remove('/x'), undefined)
  }
})

test('pictures of an answer have the host of the shop', async () => {
  hearing(fine({ cover: '/s/abc/media/1.webp', price: 0 }))
  assert.deepEqual(await requests.get('/x'), { cover: 'https://api.example.cn/s/abc/media/1.webp', price: 0 })
})
