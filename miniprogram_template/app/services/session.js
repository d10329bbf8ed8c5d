/** Who the shopper is. Nobody is asked to log in for looking: the first call that needs a member does it silently. */

const requests = require('./request')
const store = require('./store')
const { fromSilence } = require('./errors')

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

function code() {
  return new Promise((resolve, reject) => {
    wx.login({ success: (result) => resolve(result.code), fail: (failure) => reject(fromSilence(failure)) })
  })
}

async function logIn() {
  const said = await requests.post('/auth/wechat-login', { code: await code() }, { anonymous: true, quiet: true })
  keep({ token: said.token, expiresAt: said.expires_at, member: said.member })
}

/** Get a new session; parallel callers share one log-in. `used` is the token that was refused: a newer one is kept. */
function renew(used) {
  if (current && used !== undefined && used !== current.token) return Promise.resolve()
  if (!renewing) {
    keep(null)
    renewing = logIn().finally(() => {
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
