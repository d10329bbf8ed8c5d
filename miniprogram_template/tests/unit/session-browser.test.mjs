import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import { phone } from './fakes.mjs'

const require = createRequire(import.meta.url)
const TOKEN = { token: 't', expires_at: '2099-01-01T00:00:00+08:00', member: { key: 'm' } }

/** A fresh session where wx.login says these in turn; an Error is a refusal. */
function session(logins, answers, ext = {}) {
  const sent = []
  const advices = []
  const wx = phone(({ path, data }) => {
    sent.push([path, data])
    return answers.shift()
  })
  wx.getExtConfigSync = () => ({ api: 'https://api.example.cn/s/abc/api/v1', shop: 'abc', ...ext })
  wx.login = ({ advice, success, fail }) => {
    advices.push(advice)
    const said = logins.shift()
    if (said instanceof Error) fail({ errMsg: `login:fail ${said.message}` })
    else success({ errMsg: 'login:ok', ...said })
  }
  for (const name of ['settings', 'request', 'session']) delete require.cache[require.resolve(`../../app/services/${name}.js`)]
  return { it: require('../../app/services/session.js'), sent, advices }
}

const good = () => ({ statusCode: 200, data: TOKEN })
const wrong = () => ({ statusCode: 422, data: { code: 'code_wrong', message: '验证码不正确' } })

test('in WeChat the code goes to the log-in of WeChat', async () => {
  const { it, sent } = session([{ code: 'c1' }], [good()])
  assert.deepEqual(await it.ensure(), { key: 'm' })
  assert.deepEqual(sent, [['/auth/wechat-login', { code: 'c1' }]])
})

test('in a browser number and code go where the settings say, and who mistyped is asked again', async () => {
  const ext = { login: '/auth/phone-login' }
  const { it, sent, advices } = session([{ phone: '1', code: 'a' }, { phone: '1', code: 'b' }], [wrong(), good()], ext)
  await it.ensure()
  assert.deepEqual(sent, [['/auth/phone-login', { phone: '1', code: 'a' }], ['/auth/phone-login', { phone: '1', code: 'b' }]])
  assert.deepEqual([advices, it.token()], [['', '验证码不正确'], 't'])
})

test('who does not want to log in is told to, not that the network is away', async () => {
  const { it, sent } = session([new Error('cancel'), new Error('timeout')], [])
  await assert.rejects(it.ensure(), { status: 401, code: 'cancelled', message: '请先登录' })
  await assert.rejects(it.ensure(), { status: 0, code: 'timeout' })
  assert.deepEqual([sent, it.token()], [[], ''])
})

test('another refusal of the shop ends the log-in', async () => {
  const { it, advices } = session([{ code: 'c' }], [{ statusCode: 409, data: { code: 'wechat_app_missing', message: '没有小程序' } }])
  await assert.rejects(it.ensure(), { code: 'wechat_app_missing' })
  assert.equal(advices.length, 1)
})
