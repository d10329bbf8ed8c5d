/** The cashier: started by the shop's server, confirmed by the shopper, believed only when the server says so. */

const orders = require('./orders')
const errors = require('../../../services/errors')
const { settings } = require('../../../services/settings')

const CHECKS = [0, 500, 1000, 2000, 3000] // milliseconds before each question whether the money has arrived

const MINI_PROGRAM = { provider: 'wechat', trade: 'jsapi' }

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function cashier(client) {
  return new Promise((resolve, reject) => wx.requestPayment({ ...client, success: resolve, fail: reject }))
}

/** What the cashier's refusal means: CANCELLED by the shopper, or FAILED with what to do. */
function refusal(failure) {
  const said = (failure && failure.errMsg) || ''
  if (/cancel/i.test(said)) return { outcome: 'CANCELLED', advice: '' }
  if (/balance|余额/i.test(said)) return { outcome: 'FAILED', advice: 'balance' }
  if (/network|timeout|网络/i.test(said)) return { outcome: 'FAILED', advice: 'network' }
  return { outcome: 'FAILED', advice: 'retry' }
}

/** Ask the server until it has the money, or leave it open: notices may take a while. */
async function confirmed(number) {
  for (const pause of CHECKS) {
    await wait(pause)
    const said = await orders.payStatus(number).catch(() => null)
    if (said && said.status === 'PAID') return true
  }
  return false
}

/** By what the shop can be paid here, or null: in a browser not every shop can. */
async function method() {
  const { client } = settings()
  return client ? (await orders.methods(client))[0] || null : MINI_PROGRAM
}

/** The cashier is another page: the browser leaves for it, and comes back to where `leave` says. */
async function payOutside(client, leave) {
  try {
    await cashier({ ...client, back: leave() })
  } catch (failure) {
    return refusal(failure)
  }
  return { outcome: 'RETURNED', advice: '' }
}

async function payHere(number, client, accepted) {
  try {
    await cashier(client)
  } catch (failure) {
    return refusal(failure)
  }
  accepted()
  return { outcome: (await confirmed(number)) ? 'PAID' : 'PENDING', advice: '' }
}

/**
 * Pay an order. Resolves with { outcome, advice }, never rejects. `accepted` is called when the cashier said yes, before the server is asked; `leave` opens the page that waits for the money of a cashier elsewhere and gives its address.
 *
 * PAID: the server has the money. PENDING: the cashier said yes, the server has not heard. CANCELLED: the shopper
 * closed the cashier. RETURNED: the browser came back from the cashier, which says nothing. ELSEWHERE: this shop takes
 * no money here. FAILED: advice is "balance", "network", "retry" or the server's message.
 */
async function pay(number, { accepted = () => {}, leave = () => '' } = {}) {
  let started
  try {
    const by = await method()
    if (!by) return { outcome: 'ELSEWHERE', advice: '' }
    started = await orders.pay(number, by)
  } catch (error) {
    if (error instanceof errors.ApiError && error.code === 'not_unpaid' && (await confirmed(number))) return { outcome: 'PAID', advice: '' }
    return { outcome: 'FAILED', advice: error.offline ? 'network' : error.message }
  }
  return started.client.h5_url ? payOutside(started.client, leave) : payHere(number, started.client, accepted)
}

module.exports = { pay, method, refusal }
