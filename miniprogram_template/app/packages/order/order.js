/** What an order's state means to its buyer, and what can be done in it. */

const { settings } = require('../../services/settings')

const STATES = {
  UNPAID: '待付款',
  WAIT_GROUP: '待成团',
  TO_SHIP: '待发货',
  SHIPPED: '待收货',
  COMPLETED: '已完成',
  CANCELLED: '已取消'
}

const HINTS = {
  WAIT_GROUP: '凑齐人数后商家就会发货',
  TO_SHIP: '商家正在准备商品',
  SHIPPED: '商品已经在路上，收到后请确认收货',
  COMPLETED: '感谢购买'
}

const CANCELLED = {
  MEMBER: '你取消了订单',
  EXPIRED: '超过付款时间，订单自动取消',
  MERCHANT: '商家取消了订单，付过的钱会原路退回',
  REFUNDED: '已全额退款，原路退回',
  TOO_LATE: '付款晚了一步，付过的钱会原路退回'
}

const ACTIONS = {
  cancel: '取消订单',
  pay: '立即付款',
  receive: '确认收货',
  review: '评价',
  afterSale: '申请售后',
  again: '再次购买'
}

const POSSIBLE = {
  UNPAID: ['cancel', 'pay'],
  WAIT_GROUP: [],
  TO_SHIP: ['afterSale', 'again'],
  SHIPPED: ['afterSale', 'receive'],
  COMPLETED: ['afterSale', 'again', 'review'],
  CANCELLED: ['again']
}

const MAIN = ['pay', 'receive', 'review']

const stateText = (order) => STATES[order.status] || '处理中'

/** The group that the order was paid for, or null: { key, state, missing, size, expires_at }. */
const groupOf = (order) => (order.activities && order.activities.group_buy) || null

const GROUP_HINTS = {
  WAIT_GROUP: (group) => `还差 ${group.missing} 人成团，凑齐后商家就会发货`,
  CANCELLED: (group) => (group.state === 'FAILED' ? '拼团没有成功，付过的钱已原路退回' : '')
}

/** A sentence for the buyer. Nothing of an order without goods is on its way. */
function hint(order) {
  const group = groupOf(order)
  const words = group && GROUP_HINTS[order.status] && GROUP_HINTS[order.status](group)
  if (words) return words
  if (order.status === 'CANCELLED') return CANCELLED[order.cancel_reason] || ''
  if (order.fulfilment === 'VIRTUAL' && (order.status === 'TO_SHIP' || order.status === 'SHIPPED')) return '付款成功，无需发货'
  if (order.status === 'COMPLETED' && order.reviewable > 0) return '感谢购买，期待你的评价'
  return HINTS[order.status] || ''
}

/** Units of a line that may be asked back now; before the API says so, none is known to be impossible. */
const claimable = (line) => (line.after_sale_units === undefined ? line.quantity : line.after_sale_units)

const POSSIBLE_IF = {
  afterSale: (order) => !settings().preview && order.lines.some((line) => claimable(line) > 0),
  review: (order) => order.reviewable > 0
}

const isPossible = (order, name) => !POSSIBLE_IF[name] || POSSIBLE_IF[name](order)

/** The buttons of an order, the most likely one last: [{ name, text, main }]. */
function actions(order) {
  const names = (POSSIBLE[order.status] || []).filter((name) => isPossible(order, name))
  return names.map((name) => ({ name, text: ACTIONS[name], main: MAIN.indexOf(name) >= 0 }))
}

/** All units of all lines. */
const units = (order) => order.lines.reduce((sum, line) => sum + line.quantity, 0)

module.exports = { stateText, hint, actions, claimable, units, groupOf }
