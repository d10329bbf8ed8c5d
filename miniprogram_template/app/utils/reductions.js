/** Reductions that a basket lacks a little to, and the goods that count for them. */

const money = require('./money')
const url = require('./url')

const GOODS = '/pages/products/products'
const MOST = 3 // hints at once

/** The list of what an activity or a coupon is for; `note` is its rule. */
const goods = (key, title, note) => url.to(GOODS, { promotion: key, title, note })

const lacks = ({ message, gain }) => message + (gain ? `，可${gain}` : '')

/** What a quote is near to: [{ key, words, path }]. */
const near = ({ misses = [] }) =>
  misses
    .filter((miss) => miss.reason === 'threshold')
    .slice(0, MOST)
    .map((miss) => ({ key: miss.key, words: `${miss.title}：${lacks(miss)}`, path: goods(miss.key, miss.title, miss.summary) }))

function coupon({ is_usable: usable, saves, message }) {
  return usable ? `可省 ¥${money.yuan(saves)}` : message
}

/** How a quote stands with one activity or coupon: "已减 ¥10.00，还差 ¥5.00，可减 30 元"; "" when it has nothing to do with it. */
function standing({ discounts = [], misses = [], coupons = [] }, key) {
  const own = coupons.find((each) => each.key === key)
  if (own) return coupon(own)
  const taken = discounts.find((each) => each.key === key)
  const miss = misses.find((each) => each.key === key && each.reason === 'threshold')
  return [taken && `已减 ¥${money.yuan(taken.amount)}`, miss && lacks(miss)].filter(Boolean).join('，')
}

module.exports = { goods, near, standing }
