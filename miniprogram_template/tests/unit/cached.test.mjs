import assert from 'node:assert/strict'
import test from 'node:test'
import cached from '../../app/services/cached.js'
import store from '../../app/services/store.js'
import { passed, phone } from './fakes.mjs'

const LONGEST = 200 * 1024

/** Read a path; what was shown of it, the answer or the error. */
async function read(path, options) {
  const shown = []
  const end = await cached.get(path, (data, { fresh }) => shown.push([data, fresh]), options).then((answer) => ({ answer }), (error) => ({ error }))
  return { shown, ...end }
}

/** A shop that gives `data` for every path, until it is changed. */
function shop(data) {
  const state = { data, failure: null }
  state.wx = phone(({ path }) => state.failure || { statusCode: 200, data: typeof state.data === 'function' ? state.data(path) : state.data })
  return state
}

test('a first answer is shown fresh, the next time it is shown first and not twice', async () => {
  shop({ n: 1 })
  assert.deepEqual(await read('/home'), { shown: [[{ n: 1 }, true]], answer: { n: 1 } })
  assert.deepEqual(await read('/home'), { shown: [[{ n: 1 }, false]], answer: { n: 1 } })
})

test('what changed replaces what was kept', async () => {
  const state = shop({ n: 1 })
  await read('/home')
  state.data = { n: 2 }
  assert.deepEqual((await read('/home')).shown, [[{ n: 1 }, false], [{ n: 2 }, true]])
  assert.deepEqual((await read('/home')).shown, [[{ n: 2 }, false]])
})

test('a failure after what was kept is the caller’s alone, one without anything is told', async () => {
  const state = shop({ n: 1 })
  await read('/home')
  state.failure = { statusCode: 404, data: { code: 'not_found', message: '没有找到' } }
  const kept = await read('/home')
  assert.deepEqual([kept.shown, kept.error.code, state.wx.told], [[[{ n: 1 }, false]], 'not_found', []])
  const none = await read('/other')
  assert.deepEqual([none.shown, none.error.code, state.wx.told], [[], 'not_found', ['没有找到']])
})

test('the network that is away rejects after the tries, what is kept stays', async (t) => {
  const state = shop({ n: 1 })
  await read('/home')
  state.failure = { errMsg: 'request:fail' }
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const away = read('/home')
  for (const pause of [300, 900]) await passed(t.mock.timers, pause)
  assert.equal((await away).error.offline, true)
  state.failure = null
  assert.deepEqual((await read('/home')).shown, [[{ n: 1 }, false]])
})

test('thirty answers are kept: the one used longest ago goes, not the one kept longest', async () => {
  const state = shop((path) => ({ path }))
  for (let n = 1; n <= 30; n++) await read(`/products/${n}`)
  await read('/products/1')
  await read('/products/31')
  state.failure = { statusCode: 404, data: {} }
  const kept = async (n) => (await read(`/products/${n}`, { quiet: true })).shown.length === 1
  assert.deepEqual([await kept(1), await kept(2), await kept(3), await kept(31)], [true, false, true, true])
  assert.equal(store.read('seen').length, 30)
})

test('an answer that is too long is shown and not kept, nor is what it replaced', async () => {
  const state = shop({ text: 'short' })
  await read('/home')
  state.data = { text: 'x'.repeat(LONGEST) }
  assert.deepEqual((await read('/home')).shown.map(([, fresh]) => fresh), [false, true])
  assert.deepEqual((await read('/home')).shown.map(([, fresh]) => fresh), [true])
})

test('the longest answer that is kept has exactly as many characters as may be', async () => {
  const around = JSON.stringify({ text: '' }).length
  const state = shop({ text: 'x'.repeat(LONGEST - around) })
  await read('/a')
  assert.deepEqual((await read('/a')).shown.map(([, fresh]) => fresh), [false])
  state.data = { text: 'x'.repeat(LONGEST - around + 1) }
  await read('/b')
  assert.deepEqual((await read('/b')).shown.map(([, fresh]) => fresh), [true])
})

test('a phone without room shows what it gets and keeps nothing', async () => {
  shop({ n: 1 })
  wx.setStorageSync = () => {
    throw new Error('exceed max size')
  }
  wx.getStorageSync = () => {
    throw new Error('broken')
  }
  wx.removeStorageSync = wx.getStorageSync
  assert.deepEqual((await read('/home')).shown, [[{ n: 1 }, true]])
  assert.deepEqual((await read('/home')).shown, [[{ n: 1 }, true]])
  store.remove('anything')
  assert.equal(store.read('anything'), null)
})
