/** Messages the shop may send once: asked for in the moment of paying, and never a reason to fail. */

const requests = require('../../../services/request')

/** The template that the shop invites to a review with; "" for none. */
const template = (number) => requests.get(`/orders/${number}/review-invitation`, { quiet: true }).then((said) => said.template || '', () => '')

function agreed(id) {
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({ tmplIds: [id], success: (said) => resolve(said[id] === 'accept'), fail: () => resolve(false) })
  })
}

/** Ask for one message about an order; only from a tap or from the cashier's answer, as the platform demands. */
async function ask(number, id) {
  if (!id || !wx.requestSubscribeMessage || !(await agreed(id))) return
  await requests.post(`/orders/${number}/review-invitation`, { template: id }, { quiet: true }).catch(() => {})
}

module.exports = { template, ask }
