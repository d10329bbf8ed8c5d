import assert from 'node:assert/strict'
import test, { beforeEach } from 'node:test'
import session from '../../app/services/session.js'
import uploads from '../../app/services/uploads.js'
import { phone } from './fakes.mjs'

const SENT = { statusCode: 201, data: JSON.stringify({ key: 'u1', url: '/s/abc/media/u1.webp', width: 800, height: 600 }) }
const REFUSED = { statusCode: 401, data: '{"code": "not_authenticated", "message": "请先登录"}' }
const state = { logins: 0, files: [], answers: [] }

beforeEach(() => {
  Object.assign(state, { logins: 0, files: [], answers: [SENT] })
  phone(() => ({ statusCode: 200, data: { token: `t${++state.logins}`, expires_at: '2099-01-01T00:00:00Z', member: {} } }))
  wx.login = ({ success }) => success({ code: 'c' })
  wx.uploadFile = ({ url, filePath, name, header, success, fail }) => {
    state.files.push([url, filePath, name, header.Authorization])
    const said = state.answers.length > 1 ? state.answers.shift() : state.answers[0]
    setImmediate(() => (said.errMsg ? fail(said) : success(said)))
    return { of: filePath }
  }
  session.forget()
})

test('a file goes to the shop under the member’s name, and its address has the host', async () => {
  const tasks = []
  assert.deepEqual(await uploads.send('/tmp/1.jpg', (task) => tasks.push(task)), { key: 'u1', url: 'https://api.example.cn/s/abc/media/u1.webp', path: '/s/abc/media/u1.webp', width: 800, height: 600 })
  assert.deepEqual(state.files, [['https://api.example.cn/s/abc/api/v1/uploads/pictures', '/tmp/1.jpg', 'file', 'Bearer t1']])
  assert.deepEqual(tasks, [{ of: '/tmp/1.jpg' }])
})

for (const [words, said, error] of [
  ['the shop’s refusal', { statusCode: 413, data: '{"code": "too_large", "message": "图片不能超过 10 MB"}' }, { status: 413, code: 'too_large', message: '图片不能超过 10 MB' }],
  ['a page of a proxy', { statusCode: 502, data: '<html>' }, { status: 502, code: 'http_502', message: '出了点问题，请稍后再试' }],
  ['a success that is none', { statusCode: 201, data: 'OK' }, { status: 201, code: 'http_201' }],
  ['no network', { errMsg: 'uploadFile:fail' }, { status: 0, code: 'offline', message: '网络不太好，请检查后重试' }],
  ['a network too slow', { errMsg: 'uploadFile:fail timeout' }, { status: 0, code: 'timeout', message: '等得太久了，请重试' }]
]) {
  test(`${words} is handed on, and nothing is sent twice`, async () => {
    state.answers = [said]
    await assert.rejects(uploads.send('/tmp/1.jpg'), error)
    assert.equal(state.files.length, 1)
  })
}

test('a session that ended is renewed, once', async () => {
  state.answers = [REFUSED, SENT]
  assert.equal((await uploads.send('/tmp/1.jpg')).key, 'u1')
  assert.deepEqual(state.files.map((file) => file[3]), ['Bearer t1', 'Bearer t2'])
  state.answers = [REFUSED]
  await assert.rejects(uploads.send('/tmp/1.jpg'), { code: 'not_authenticated' })
  assert.deepEqual([state.files.length, state.logins], [4, 3])
})

test('as many pictures may be chosen as asked for, and none is an answer too', async () => {
  const asked = []
  wx.chooseMedia = ({ count, mediaType, sizeType, success }) => {
    asked.push([count, mediaType, sizeType])
    success({ tempFiles: [{ tempFilePath: 'a' }, { tempFilePath: 'b' }] })
  }
  assert.deepEqual([await uploads.pick(2), asked], [['a', 'b'], [[2, ['image'], ['compressed']]]])
  wx.chooseMedia = ({ fail }) => fail({ errMsg: 'chooseMedia:fail cancel' })
  assert.deepEqual(await uploads.pick(9), [])
})
