/** What the result page says. */

const ADVICE = {
  balance: { title: '余额不足', hint: '可以在收银台换一张银行卡再付' },
  network: { title: '网络不太好', hint: '付款没有完成。检查网络后再付一次，不会重复扣款' },
  retry: { title: '付款没有成功', hint: '没有扣款，可以再付一次' }
}

const SAID = {
  PAID: { title: '付款成功', hint: '我们会尽快处理你的订单' },
  PENDING: { title: '正在确认付款', hint: '通常只要几秒钟，请不要重复付款' },
  LATE: { title: '还在确认付款', hint: '微信支付已受理，到账后订单会自动更新，请不要重复付款' },
  RETURNED: { title: '等待付款结果', hint: '付好后这里会自动更新。没有付成可以再付一次，不会重复扣款' },
  UNPAID: { title: '没有完成付款', hint: '付款已取消，或者还没有到账：到账后这里会自动更新。可以重新付款，不会重复扣款' },
  ELSEWHERE: { title: '请在微信小程序里付款', hint: '这家店还不能在浏览器里付款。在微信小程序里绑定同一个手机号，就能看到并付这一单' },
  CANCELLED: { title: '还没有付款', hint: '订单已经为你保留' },
  CLOSED: { title: '订单已取消', hint: '若已扣款，会原路退回' }
}

/** { title, hint, payable } for an outcome of payment and its advice. */
function words(outcome, advice) {
  if (outcome === 'FAILED') return { ...(ADVICE[advice] || { title: '付款没有成功', hint: advice || ADVICE.retry.hint }), payable: true }
  return { ...SAID[outcome], payable: ['CANCELLED', 'RETURNED', 'UNPAID'].includes(outcome) }
}

/** What is said of the group that an order was paid for; "" without one. */
function ofGroup(group) {
  if (!group) return ''
  return { OPEN: `还差 ${group.missing} 人成团，快邀请好友一起买`, SUCCESS: '拼团成功，商家会尽快发货' }[group.state] || ''
}

/** Whether the order may be paid while the page is seen, so that it has to ask. */
const isOpen = (outcome) => ['PENDING', 'RETURNED', 'UNPAID', 'ELSEWHERE'].includes(outcome)

const FIRST_PAUSE = 2
const LONGEST_PAUSE = 15
const ROUNDS = 40 // some nine minutes

/** Seconds to wait before the n-th question whether the money has arrived; null: asked often enough. */
const pause = (round) => (round < ROUNDS ? Math.min(LONGEST_PAUSE, FIRST_PAUSE + round) : null)

/** The outcome that an answer of pay-status means, or null while it is open. */
const outcomeOf = (status) => ({ PAID: 'PAID', CANCELLED: 'CLOSED' }[status] || null)

module.exports = { words, ofGroup, isOpen, pause, outcomeOf }
