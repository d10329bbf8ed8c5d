/** A group buy as its page shows it. */

const goods = require('../goods')

const REWARDS = { points: (reward) => `${reward.quantity} 积分`, coupon: (reward) => `${reward.quantity} 张优惠券` }

/** How it goes, in sentences. */
function rules({ details, limits }) {
  const sizes = details.sizes.join('、')
  const reward = details.leader_reward
  return [
    `开团或参团后付款，${details.hours} 小时内凑齐 ${sizes} 人就成团发货。`,
    '没有凑齐时，付过的钱自动原路退回。',
    ...(limits.per_member ? [`每人最多买 ${limits.per_member} 件。`] : []),
    ...(reward && REWARDS[reward.kind] ? [`成团后，团长得 ${REWARDS[reward.kind](reward)}。`] : [])
  ]
}

/** { activity, products, sizes, rules } of an answer. */
const view = (activity) => ({ activity, products: goods.products(activity.items), sizes: activity.details.sizes, rules: rules(activity) })

/** What a unit of a SKU costs in a group of the n-th size, in fen. */
const price = (activity, sku, place) => activity.details.prices[sku][place]

/** What an order names to open a group of the n-th size: the first needs no name. */
const opening = (sizes, place) => (place ? `size-${sizes[place]}` : '')

/** The most units of one order. */
const most = ({ limits }) => limits.per_order || limits.per_member || 99

module.exports = { view, price, opening, most }
