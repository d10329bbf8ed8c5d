/** Add-on purchases as their page shows them. */

const money = require('../../../utils/money')

/** Words about the threshold; `missing` is what the cart lacks in fen, null while nobody knows. */
function standing(threshold, missing) {
  const full = `¥${money.yuan(threshold)}`
  if (missing === null) return { title: `买满 ${full} 就能换购`, hint: '先把商品放进购物车，选中的商品按原价计算' }
  if (missing) return { title: `还差 ¥${money.yuan(missing)} 就能换购`, hint: `购物车里选中的商品要满 ${full}` }
  return { title: '已经可以换购', hint: `购物车里选中的商品满 ${full} 了，选好就去结算` }
}

/** How many may be added in one order. */
const most = ({ limits, items }) => Math.min(limits.per_order || items.length, limits.per_member || items.length)

/** The rows: what may be added, and whether it is chosen. */
const rows = (items, chosen) => items.map((item) => ({ ...item, on: chosen.includes(item.sku) }))

/** { count, sum } of what is chosen, in fen. */
function totals(items, chosen) {
  const found = items.filter((item) => chosen.includes(item.sku))
  return { count: found.length, sum: found.reduce((sum, item) => sum + item.price, 0) }
}

/** The SKUs that are chosen after a tap: one more, or one fewer. */
const tapped = (chosen, sku) => (chosen.includes(sku) ? chosen.filter((each) => each !== sku) : [...chosen, sku])

module.exports = { standing, most, rows, totals, tapped }
