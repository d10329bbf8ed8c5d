/** After-sales: what may be asked back, what it comes to, and how far it is. */

const time = require('../../../utils/time')
const { claimable } = require('../order')

const REASONS = [
  { key: 'UNWANTED', text: '不想要了' },
  { key: 'WRONG', text: '拍错或多拍' },
  { key: 'MISSING', text: '少件或漏发' },
  { key: 'BROKEN', text: '破损或有瑕疵' },
  { key: 'DIFFERENT', text: '与描述不符' },
  { key: 'LATE', text: '迟迟没有收到' },
  { key: 'OTHER', text: '其他' }
]

const STATES = {
  APPLIED: { text: '等待商家处理', hint: '商家会尽快答复，处理前可以撤销' },
  REFUNDING: { text: '退款中', hint: '商家已同意，钱会原路退回，通常几分钟到账' },
  DONE: { text: '已退款', hint: '钱已原路退回' },
  REJECTED: { text: '商家没有同意', hint: '可以联系客服，或补充说明后重新申请' },
  CANCELLED: { text: '已撤销', hint: '' }
}

const reasonText = (key) => (REASONS.find((reason) => reason.key === key) || {}).text || ''

/** The lines that may be asked back; `only` (the place of a line) is chosen, or all when there is one. */
function lines(order, only) {
  const rows = order.lines
    .map((line, index) => ({ ...line, line: line.line || index + 1, most: claimable(line) }))
    .filter((line) => line.most > 0)
  return rows.map((line) => {
    const on = rows.length === 1 || String(line.line) === String(only)
    return { ...line, on, units: line.most }
  })
}

/** Largest remainder: what `units` of `left` units cost of `fen`; the last ones cost all that is left. */
function share(fen, left, units) {
  const keep = left - units
  const mine = Math.floor((fen * units) / left)
  const rest = fen - mine - Math.floor((fen * keep) / left)
  return mine + (rest && (fen * units) % left > (fen * keep) % left ? 1 : 0)
}

/** What a line brings back, as far as this phone can know: units asked back before have their share already. */
function amountOf(line) {
  const before = line.quantity - line.most
  const left = line.total - (before ? share(line.total, line.quantity, before) : 0)
  return share(left, line.most, line.units)
}

const takesAll = (order, rows) =>
  order.status === 'TO_SHIP' && rows.length === order.lines.length && rows.every((line) => line.on && line.units === line.quantity)

/** About what comes back, in fen; the freight with the last units of an order of which nothing was sent. */
function amount(order, rows) {
  const goods = rows.filter((line) => line.on).reduce((sum, line) => sum + amountOf(line), 0)
  return goods + (takesAll(order, rows) ? order.freight : 0)
}

/** Why this cannot be sent yet: a sentence, or "". */
function obstacle(rows, { reason, busy }) {
  if (!rows.some((line) => line.on)) return '请勾选要退款的商品'
  if (!reason) return '请选择退款原因'
  return busy ? '图片还在上传，请稍等' : ''
}

/** What the API wants. */
const body = (number, rows, { reason, description, pictures }) => ({
  order: number,
  lines: rows.filter((line) => line.on).map((line) => ({ line: line.line, quantity: line.units })),
  reason,
  description: description.trim(),
  pictures: pictures.map((picture) => picture.key)
})

function steps({ state, created_at: created, decided_at: decided, ended_at: ended }) {
  const at = (text) => (text ? time.minute(text) : '')
  const all = [{ text: '提交申请', time: at(created), done: true }]
  if (state === 'CANCELLED') return [...all, { text: '已撤销', time: at(ended), done: true }]
  if (state === 'REJECTED') return [...all, { text: '商家没有同意', time: at(decided), done: true }]
  return [...all, { text: '商家同意', time: at(decided), done: Boolean(decided) }, { text: '退款到账', time: at(ended), done: state === 'DONE' }]
}

/** An after-sale as pages paint it. */
function painted(one) {
  const { text, hint } = STATES[one.state] || { text: '处理中', hint: '' }
  return { ...one, text, hint, reasonText: reasonText(one.reason), time: time.minute(one.created_at), steps: steps(one) }
}

module.exports = { REASONS, lines, amount, obstacle, body, painted }
