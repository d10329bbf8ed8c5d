/** What a unit costs where its line has a price of its own. */

const money = require('./money')

/** Prices of single units that nobody has to ask for: tool → what it is called. */
const UNIT_PRICES = { limited_discount: '限时折扣', member_price: '会员价' }

/** Sold at one price for several goods together: what falls to a unit is nobody's price. */
const TOGETHER = 'bundle'

/**
 * What a unit of a quote's line costs in the activity that it names, else by what holds by itself: { unit, was, words }.
 *
 * `unit` fen, 0 where its units cost different prices; null for the normal price.
 */
function cut(line) {
  const tool = line.activity ? line.activity.tool : ''
  const taken = tool !== TOGETHER && line.promotions.find((each) => (tool ? each.tool === tool : UNIT_PRICES[each.tool]))
  if (!taken) return null
  const rest = line.amount - taken.amount
  const words = UNIT_PRICES[taken.tool] || ''
  if (rest % line.quantity) return { unit: 0, was: '', words: `${words}，共省 ¥${money.yuan(taken.amount)}` }
  return { unit: rest / line.quantity, was: money.yuan(line.unit_price), words }
}

/** A line as it is painted: what a unit of it costs, and what is struck out beside it. The answer to an act tells no promotions. */
function priced(line) {
  const found = line.promotions ? cut(line) : null
  return found && found.unit ? { ...line, unit_price: found.unit, list_price: line.unit_price } : line
}

module.exports = { UNIT_PRICES, cut, priced }
