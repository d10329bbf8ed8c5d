/** What the buttons of an order do, in the list and on its own page. */

const cart = require('../../services/cart')
const orders = require('./services/orders')
const links = require('../../utils/links')
const url = require('../../utils/url')
const paying = require('./paying')

function confirmed(title, content, confirmText) {
  return new Promise((resolve) => {
    wx.showModal({ title, content, confirmText, cancelText: '再想想', success: ({ confirm }) => resolve(confirm), fail: () => resolve(false) })
  })
}

const go = (page, number) => links.open(url.to(page, { number }))

async function cancel({ number }) {
  if (!(await confirmed('取消订单？', '取消后不能恢复。用了的优惠券和积分会退还。', '取消订单'))) return null
  return orders.cancel(number)
}

async function receive({ number }) {
  if (!(await confirmed('确认收到货了？', '请收到并检查商品后再确认。', '确认收货'))) return null
  return orders.receive(number)
}

async function pay({ number }) {
  await paying.payAndTell(number, (page) => links.open(page.url), { stays: true })
  return null
}

async function again(order) {
  const { added, missing } = await cart.again(order.lines.filter((line) => !line.is_gift))
  if (missing.length) {
    const words = added ? `${missing[0]}${missing.length > 1 ? ` 等 ${missing.length} 种` : ''}买不到了，其余已加入购物车。` : '这些商品现在都买不到了。'
    await new Promise((resolve) => wx.showModal({ title: '再次购买', content: words, showCancel: false, complete: resolve }))
  }
  if (added) wx.switchTab({ url: '/pages/cart/cart' })
  return null
}

const ACTS = {
  cancel,
  receive,
  pay,
  again,
  review: ({ number }) => go('/packages/order/review/review', number),
  afterSale: ({ number }) => go('/packages/order/after-sale/apply/apply', number)
}

/** Do what a button says; resolves with the order as it is now, or null when it is the same. Failures are told here. */
async function act(name, order) {
  try {
    return (await ACTS[name](order)) || null
  } catch (error) {
    if (name === 'again') wx.showToast({ title: error.message, icon: 'none' }) // the services tell the others
    return null
  }
}

module.exports = { act }
