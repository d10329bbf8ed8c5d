/** What pages share that show one thing, or a list that grows; and the consent to a message. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { phone } from './fakes.mjs'
import { until } from './pages.mjs'

phone()
const { default: pages } = await import('../../app/services/pages.js')
const { default: members } = await import('../../app/services/members.js')

/** A page with these options, on a phone that notes what it was told. */
function standing(options) {
  const wx = phone()
  wx.stopped = 0
  wx.stopPullDownRefresh = () => (wx.stopped += 1)
  wx.switchTab = ({ url }) => wx.told.push(url)
  const page = { ...options, data: { ...options.data } }
  page.setData = (patch) => Object.assign(page.data, patch)
  return { page, wx }
}

const failing = (error) => () => Promise.reject(error)

test('one thing is shown, asked for again on coming back and by pulling, and stays when that fails', async () => {
  let asked = 0
  const { page, wx } = standing(pages.one({ data: { own: 1 }, read() { asked += 1; this.setData({ status: 'ready' }) } }))
  assert.deepEqual(page.data, { status: 'loading', message: '', own: 1 })
  await page.load()
  page.onShow() // the first time it is being loaded already
  assert.deepEqual([asked, page.data.status], [1, 'ready'])
  page.onShow()
  await page.onPullDownRefresh()
  assert.deepEqual([asked, wx.stopped], [3, 1])
  page.read = failing({ message: '网络不好' })
  await page.load()
  assert.deepEqual([page.data.status, wx.told], ['ready', ['网络不好']])
  page.onHome()
  assert.equal(wx.told[1], '/pages/home/home')
})

test('what is not there and what did not load are told apart, and the latter is tried again', async () => {
  const { page } = standing(pages.one({ read: failing({ status: 404 }) }))
  await page.load()
  assert.equal(page.data.status, 'gone')
  const { page: other } = standing(pages.one({ read: failing({ status: 500, message: '坏了' }) }))
  await other.load()
  assert.deepEqual([other.data.status, other.data.message], ['error', '坏了'])
  other.onRetry()
  assert.equal(other.data.status, 'loading')
})

test('a page may ask for less on coming back', () => {
  let less = 0
  const { page } = standing(pages.one({ read() {}, again() { less += 1 } }))
  page.onShow()
  page.onShow()
  assert.equal(less, 1)
})

test('a list grows, begins anew on coming back, and keeps its rows meanwhile', async () => {
  const rounds = []
  const ask = (number) => {
    rounds.push(number)
    return Promise.resolve({ count: 2, next: number < 2 ? 'more' : null, results: [{ key: `r${number}` }] })
  }
  const { page, wx } = standing(pages.growing({ data: { own: 1 }, ask }))
  page.onLoad()
  await until(() => page.data.status === 'ready')
  page.onReachBottom()
  await until(() => page.data.more === 'end')
  assert.deepEqual([rounds, page.data.own, page.data.count], [[1, 2], 1, 2])
  page.onShow()
  page.onShow()
  assert.equal(page.data.rows.length > 0, true)
  await until(() => page.data.more === '')
  await page.onPullDownRefresh()
  assert.deepEqual([rounds, wx.stopped], [[1, 2, 1, 1], 1])
})

test('a list that did not load is tried again', async () => {
  const answers = [Promise.reject(new Error('坏了')), Promise.resolve({ count: 0, next: null, results: [] })]
  const { page } = standing(pages.growing({ ask: () => answers.shift() }))
  page.onLoad()
  await until(() => page.data.status === 'error')
  assert.equal(page.data.hint, '坏了')
  page.onRetry()
  await until(() => page.data.status === 'empty')
})

test('only a telephone can agree to a message', async () => {
  const wx = phone()
  assert.equal(members.mayAgree(), false)
  for (const [said, agreed] of [['accept', true], ['reject', false], ['ban', false]]) {
    wx.requestSubscribeMessage = ({ tmplIds, success }) => success({ [tmplIds[0]]: said })
    assert.deepEqual([members.mayAgree(), await members.agrees('t')], [true, agreed])
  }
  wx.requestSubscribeMessage = ({ fail }) => fail({ errMsg: 'fail' })
  assert.equal(await members.agrees('t'), false)
})
