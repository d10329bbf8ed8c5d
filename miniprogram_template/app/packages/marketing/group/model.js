/** A group as its page shows it. */

const goods = require('../goods')

const SAID = {
  OPEN: (group) => ({ title: `还差 ${group.missing} 人成团`, hint: group.is_mine ? '邀请好友一起买，凑齐就发货' : '付款后就能参团，没有凑齐会自动退款' }),
  SUCCESS: (group) => ({ title: '拼团成功', hint: group.is_mine ? '商家会尽快发货' : '这个团已经满了，您可以自己开一个' }),
  FAILED: (group) => ({ title: '拼团没有成功', hint: group.is_mine ? '没有凑齐人数，您付的钱会原路退回' : '没有凑齐人数，您可以自己开一个' })
}

const MOST_SEATS = 10

/** The seats as they are painted: members, then places that are free; of a large group the first ones. */
function seats({ members, size }) {
  const taken = members.map((member, place) => ({ ...member, place, leads: place === 0, taken: true }))
  const free = Array.from({ length: Math.max(0, size - taken.length) }, (_none, index) => ({ place: taken.length + index, taken: false }))
  return [...taken, ...free].slice(0, MOST_SEATS)
}

/** { group, said, seats, products } of an answer. */
const view = (group) => ({ group, said: SAID[group.state](group), seats: seats(group), products: goods.products(group.items) })

module.exports = { view }
