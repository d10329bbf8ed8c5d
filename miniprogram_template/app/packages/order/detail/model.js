/** An order as its own page paints it. */

const meanings = require('../order')
const { settings } = require('../../../services/settings')
const cuts = require('../../../utils/cuts')
const time = require('../../../utils/time')

const TIMES = [
  ['created_at', '下单时间'],
  ['paid_at', '付款时间'],
  ['shipped_at', '发货时间'],
  ['completed_at', '完成时间'],
  ['cancelled_at', '取消时间']
]

const REFUND_RULES = { NEVER: '不支持退款', UNUSED: '有效期内未使用可退', ALWAYS: '未使用可退，过期自动退' }

/** What the buyer wrote, ready to be read. */
const answered = (line) => (line.form || []).filter((answer) => answer.value)

const line = (order) => (each) => ({
  ...cuts.priced(each),
  answers: answered(each),
  claimable: !settings().preview && ['TO_SHIP', 'SHIPPED', 'COMPLETED'].indexOf(order.status) >= 0 && meanings.claimable(each) > 0
})

/** The rows of the points: those that were spent, and those that the order earns unless it was cancelled. */
function points({ status, points_used: used, points_earned: earned }) {
  const rows = [{ label: '使用积分', amount: used }, { label: '可得积分', amount: status === 'CANCELLED' ? 0 : earned }]
  return rows.filter((row) => row.amount > 0)
}

/** { order, text, hint, group, lines, times, points, actions } */
function painted(order) {
  const times = TIMES.filter(([name]) => order[name]).map(([name, label]) => ({ label, text: time.minute(order[name]) }))
  return {
    order,
    text: meanings.stateText(order),
    hint: meanings.hint(order),
    group: meanings.groupOf(order),
    lines: order.lines.map(line(order)),
    times,
    points: points(order),
    actions: meanings.actions(order)
  }
}

/** Whether the order may have delivered card secrets or service codes. */
const isVirtual = (order) => order.paid_at && order.lines.some((each) => each.kind !== 'GOODS')

/** Whether there may be packages. */
const isSent = (order) => order.fulfilment !== 'VIRTUAL' && Boolean(order.shipped_at || order.status === 'SHIPPED' || order.status === 'TO_SHIP')

const packaged = (packages) =>
  packages.map((each) => ({ ...each, time: time.minute(each.created_at), words: each.lines.map((row) => `${row.title} ×\u00a0${row.quantity}`).join('；') }))

function secrets({ cards, services }) {
  return {
    cards,
    services: services.map((each) => ({
      ...each,
      grouped: each.code.replace(/(\d{4})(?=\d)/g, '$1 '),
      until: each.expires_at ? `有效期至 ${time.minute(each.expires_at)}` : '长期有效',
      rule: REFUND_RULES[each.refund_rule] || ''
    }))
  }
}

module.exports = { painted, isVirtual, isSent, packaged, secrets }
