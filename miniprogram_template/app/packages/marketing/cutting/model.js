/** A bargain as its page shows it: to who launched it, and to friends. */

const money = require('../../../utils/money')
const time = require('../../../utils/time')

const MINE = {
  OPEN(bargain) {
    if (bargain.sold_out) return { title: '商品已经抢光', hint: '有人取消订单时会再有，到时间前可以再来看看' }
    if (!bargain.missing) return { title: '砍到最低价了', hint: '请在时间内下单，过时作废' }
    return { title: `还差 ${bargain.missing} 刀到最低价`, hint: bargain.can_be_ordered ? '现在就可以买，也可以再请好友砍' : '请好友各砍一刀，到最低价就能买' }
  },
  ORDERED: () => ({ title: '已经下单', hint: '订单取消后，时间没到还可以再买' }),
  OVER: () => ({ title: '这次砍价已经结束', hint: '活动还在的话，可以再发起一次' })
}

const FRIENDS = {
  OPEN(bargain) {
    if (bargain.has_helped) return { title: '您已经帮砍过了', hint: bargain.missing ? `还差 ${bargain.missing} 刀，叫上别的朋友吧` : '已经砍到最低价' }
    if (bargain.sold_out) return { title: '商品已经抢光', hint: '去看看店里其他商品' }
    if (!bargain.missing) return { title: '已经砍到最低价', hint: '您来晚了一步，也可以自己发起一个' }
    return { title: '帮好友砍一刀', hint: `还差 ${bargain.missing} 刀到最低价` }
  },
  ORDERED: () => ({ title: '好友已经买到了', hint: '您也可以自己发起一个' }),
  OVER: () => ({ title: '这个砍价已经结束', hint: '您也可以自己发起一个' })
}

/** How far the price has come down, in percent of the whole way. */
function percent({ normal_price: normal, price, lowest_price: lowest }) {
  return normal > lowest ? Math.round(((normal - price) * 100) / (normal - lowest)) : 100
}

/** Who cut, the newest first; the last row is the launcher's own cut. */
const cuts = (rows) => rows.map((row, index) => ({ ...row, place: rows.length - index, name: row.name || '微信用户', launched: index === rows.length - 1, words: `砍掉 ¥${money.yuan(row.amount)}`, when: time.minute(row.at).slice(5) }))

/** What can be done: { buy, share, order, help, own }. Nobody cuts for what is not there any more. */
function acts(bargain) {
  const open = bargain.state === 'OPEN' && !bargain.sold_out
  const mine = bargain.is_mine
  return {
    buy: mine && open && bargain.can_be_ordered,
    share: mine && open && bargain.missing > 0,
    order: mine && bargain.state === 'ORDERED',
    help: !mine && open && bargain.missing > 0 && !bargain.has_helped,
    own: !mine || (bargain.state === 'OVER' && !bargain.sold_out)
  }
}

/** { bargain, said, percent, cuts, acts } of an answer. */
function view(bargain) {
  const said = (bargain.is_mine ? MINE : FRIENDS)[bargain.state](bargain)
  return { bargain, said, percent: percent(bargain), saved: bargain.normal_price - bargain.price, cuts: cuts(bargain.cuts), acts: acts(bargain) }
}

module.exports = { view }
