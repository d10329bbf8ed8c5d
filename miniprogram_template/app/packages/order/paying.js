/** One tap from an order to the page that says what became of its payment. */

const cart = require('../../services/cart')
const payment = require('./services/payment')
const subscribe = require('./services/subscribe')
const url = require('../../utils/url')

const result = (number, values) => url.to('/packages/order/result/result', { number, ...values })

/** Pay; resolves with { outcome, advice } and asks for messages in the moment the cashier says yes. */
function pay(number) {
  const template = subscribe.template(number) // asked for meanwhile, so that it is there when the cashier closes
  return payment.pay(number, { accepted: () => template.then((id) => subscribe.ask(number, id)) })
}

/** Pay and show what became of it: `open` is wx.redirectTo or the like. */
async function payAndTell(number, open) {
  const said = await pay(number)
  cart.refreshBadge()
  open({ url: result(number, said) })
}

/** The result of an order that needed no payment. */
const paid = (number) => result(number, { outcome: 'PAID' })

module.exports = { pay, payAndTell, paid }
