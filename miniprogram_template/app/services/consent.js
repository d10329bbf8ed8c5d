/** The shopper's consent to one message of WeChat's; a browser has no such messages. */

const { settings } = require('./settings')

/** Whether there is anybody to ask. */
const possible = () => settings().client !== 'h5' && !!wx.requestSubscribeMessage

/** Whether the shopper agrees to one message of a template; only from a tap or from the cashier's answer, as the platform demands. */
function agreed(template) {
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({ tmplIds: [template], success: (said) => resolve(said[template] === 'accept'), fail: () => resolve(false) })
  })
}

module.exports = { possible, agreed }
