/** One tap from an order to the page that says what became of its payment. */

const cart = require('../../services/cart')
const payment = require('./services/payment')
const subscribe = require('./services/subscribe')
const url = require('../../utils/url')

const result = (number, values) => url.to('/packages/order/result/result', { number, ...values })

/**
 * Pay; resolves with { outcome, advice } and asks for messages in the moment the cashier says yes. Before the browser
 * leaves for a cashier elsewhere, `open` (wx.redirectTo or the like) shows the page that waits: then it is RETURNED.
 */
function pay(number, open) {
  const template = subscribe.template(number) // asked for meanwhile, so that it is there when the cashier closes
  const leave = () => {
    const address = result(number, { outcome: 'RETURNED' })
    open({ url: address })
    return address
  }
  return payment.pay(number, { leave, accepted: () => template.then((id) => subscribe.ask(number, id)) })
}

/** Pay and show what became of it; who closes the cashier stays where he is if he `stays`. */
async function payAndTell(number, open, { stays = false } = {}) {
  const said = await pay(number, open)
  cart.refreshBadge()
  if (said.outcome === 'CANCELLED' && stays) wx.showToast({ title: '还没有付款', icon: 'none' })
  else if (said.outcome !== 'RETURNED') open({ url: result(number, said) })
}

/** The result of an order that needed no payment. */
const paid = (number) => result(number, { outcome: 'PAID' })

module.exports = { pay, payAndTell, paid }
