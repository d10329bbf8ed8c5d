/**
 * The one way to the shop's API.
 *
 * Reads are tried again when the network or the server failed; writes are not, unless they carry an idempotency key.
 * A session that ended is renewed silently, once. Failures are told in a toast unless the caller wants to tell them
 * himself (`quiet`).
 */

const { settings } = require('./settings')
const { fromAnswer, fromSilence } = require('./errors')
const clock = require('./clock')
const { absolute } = require('../utils/media')

const PAUSES = [300, 900] // milliseconds before the second and the third try
const TIMEOUT = 15000

const hooks = { token: () => '', renew: null }

/** Told by services/session: how the token is known and how a new one is had. */
function useSession({ token, renew }) {
  hooks.token = token
  hooks.renew = renew
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function query(values) {
  const pairs = Object.keys(values || {}).filter((name) => values[name] !== undefined && values[name] !== null && values[name] !== '')
  return pairs.length ? '?' + pairs.map((name) => `${name}=${encodeURIComponent(values[name])}`).join('&') : ''
}

function headers(options) {
  const sent = { 'Accept-Language': 'zh-CN' }
  const token = hooks.token()
  if (token) sent.Authorization = `Bearer ${token}`
  if (options.key) sent['Idempotency-Key'] = options.key
  return sent
}

/** One try: resolves with the answer whatever its status, rejects with an ApiError when there is none. */
function send(method, path, options) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: settings().api + path + query(options.query),
      method,
      data: options.data,
      header: headers(options),
      timeout: options.timeout || TIMEOUT,
      success: resolve,
      fail: (failure) => reject(fromSilence(failure))
    })
  })
}

async function answered(method, path, options) {
  const answer = await send(method, path, options)
  if (!options.anonymous) clock.heard(answer.header) // what everybody is shown may come from a cache
  if (answer.statusCode === 204) return undefined // phones make "" of it
  if (answer.statusCode >= 200 && answer.statusCode < 300) return absolute(answer.data, settings().api)
  throw fromAnswer(answer)
}

/** Try until it works, the pauses are used up, or another try could do harm. */
async function persistent(method, path, options) {
  const repeatable = method === 'GET' || Boolean(options.key)
  for (let round = 0; ; round++) {
    try {
      return await answered(method, path, options)
    } catch (error) {
      const again = repeatable && round < PAUSES.length && (error.passing || error.code === 'in_progress')
      if (!again || error.code === 'queueing') throw error // the shop says when to ask again
      await wait(PAUSES[round])
    }
  }
}

async function signedIn(method, path, options) {
  const used = hooks.token()
  try {
    return await persistent(method, path, options)
  } catch (error) {
    if (error.status !== 401 || !hooks.renew || options.anonymous) throw error
    await hooks.renew(used)
    return persistent(method, path, options)
  }
}

function tell(error) {
  wx.showToast({ title: error.message, icon: 'none', duration: 2500 })
}

/**
 * Ask the shop. Resolves with the parsed body (undefined for 204).
 *
 * options: query, data, key (idempotency), quiet (no toast), anonymous (never log in for this), timeout (ms).
 * Rejects with an ApiError.
 */
async function request(method, path, options = {}) {
  try {
    return await signedIn(method, path, options)
  } catch (error) {
    if (!options.quiet) tell(error)
    throw error
  }
}

const get = (path, options) => request('GET', path, options)
const post = (path, data, options) => request('POST', path, { ...options, data })
const patch = (path, data, options) => request('PATCH', path, { ...options, data })
const remove = (path, options) => request('DELETE', path, options)

module.exports = { useSession, request, get, post, patch, remove, tell }
