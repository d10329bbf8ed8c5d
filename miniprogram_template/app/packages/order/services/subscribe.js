/** Messages the shop may send once: asked for in the moment of paying, and never a reason to fail. */

const members = require('../../../services/members')
const requests = require('../../../services/request')

/** The template that the shop invites to a review with; "" for none. */
const template = (number) => requests.get(`/orders/${number}/review-invitation`, { quiet: true }).then((said) => said.template || '', () => '')

/** Ask for one message about an order; only from a tap or from the cashier's answer, as the platform demands. */
async function ask(number, id) {
  if (!id || !members.mayAgree() || !(await members.agrees(id))) return
  await requests.post(`/orders/${number}/review-invitation`, { template: id }, { quiet: true }).catch(() => {})
}

module.exports = { template, ask }
