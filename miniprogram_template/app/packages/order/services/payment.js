/** The cashier: started by the shop's server, confirmed by the shopper, believed only when the server says so. */

const orders = require('../../../services/orders')
const errors = require('../../../services/errors')

const CHECKS = [0, 500, 1000, 2000, 3000] // milliseconds before each question whether the money has arrived

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

/**
 * Pay an order; `accepted` is called when the cashier said yes, before the server is asked. Resolves with { outcome, advice }, never rejects.
 *
 * PAID: the server has the money. PENDING: the cashier said yes, the server has not heard. CANCELLED: the shopper
 * closed the cashier. FAILED: advice is "balance", "network", "retry" or the server's message.
 */
async function pay(number, { provider = 'wechat', accepted = () => {} } = {}) {
  let started
  try {
    started = await orders.pay(number, provider)
  } catch (error) {
    if (error instanceof errors.ApiError && error.code === 'not_unpaid' && (await confirmed(number))) return { outcome: 'PAID', advice: '' }
    return { outcome: 'FAILED', advice: error.offline ? 'network' : error.message }
  }
  try {
    await cashier(started.client)
  } catch (failure) {
    return refusal(failure)
  }
  accepted()
  return { outcome: (await confirmed(number)) ? 'PAID' : 'PENDING', advice: '' }
}

module.exports = { pay, refusal }
