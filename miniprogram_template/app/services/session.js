/** Who the shopper is. Nobody is asked to log in for looking: the first call that needs a member does it silently. */

const requests = require('./request')
const store = require('./store')
const { settings } = require('./settings')
const { ApiError, fromSilence } = require('./errors')

const KEY = 'session'

let current = null // { token, expiresAt, member }
let renewing = null

const token = () => (current ? current.token : '')

/** The member that is logged in, or null. */
const member = () => (current ? current.member : null)

/** Take up the session of the last launch. */
function restore() {
  const kept = store.read(KEY)
  current = kept && Date.parse(kept.expiresAt) > Date.now() ? kept : null
}

function keep(next) {
  current = next
  if (next) store.write(KEY, next)
  else store.remove(KEY)
}

/** What the platform says of who is there: { code } in WeChat, { phone, code } in a browser; `advice` is why again. */
function proof(advice) {
  const success = (resolve) => ({ errMsg: _told, ...said }) => resolve(said)
  return new Promise((resolve, reject) => {
    wx.login({ advice, success: success(resolve), fail: (failure) => reject(refusal(failure)) })
  })
}

function refusal(failure) {
  if (!/cancel/.test((failure && failure.errMsg) || '')) return fromSilence(failure)
  return new ApiError({ status: 401, code: 'cancelled', message: '请先登录', detail: {}, requestId: '' })
}

/** Log in; who mistyped the code of a message is asked again. */
async function logIn(advice) {
  const data = await proof(advice)
  try {
    const said = await requests.post(settings().login || '/auth/wechat-login', data, { anonymous: true, quiet: true })
    keep({ token: said.token, expiresAt: said.expires_at, member: said.member })
  } catch (error) {
    if (error.code !== 'code_wrong') throw error
    await logIn(error.message)
  }
}

/** Get a new session; parallel callers share one log-in. `used` is the token that was refused: a newer one is kept. */
function renew(used) {
  if (current && used !== undefined && used !== current.token) return Promise.resolve()
  if (!renewing) {
    keep(null)
    renewing = logIn('').finally(() => {
      renewing = null
    })
  }
  return renewing
}

/** Resolve with the member, logged in if need be. */
async function ensure() {
  if (!current) await renew()
  return current.member
}

/** Note what the server says about the member. */
function update(next) {
  if (current) keep({ ...current, member: { ...current.member, ...next } })
}

/** End the session here and on the server. */
async function logOut() {
  if (current) await requests.post('/auth/logout', undefined, { anonymous: true, quiet: true }).catch(() => {})
  keep(null)
}

/** Forget the session without telling the server: it knows, the account is gone. */
const forget = () => keep(null)

requests.useSession({ token, renew })

module.exports = { restore, ensure, renew, update, member, token, logOut, forget }
