/** A bundle as its page shows it: whole sets of fixed parts at one price. */

/** { activity, parts, normal, price, saved, gone } of an answer; `normal` is what the parts of a set cost one by one, in fen. */
function view(activity) {
  const { price, quantities } = activity.details
  const parts = activity.items.map((item) => ({ ...item, quantity: quantities[item.sku], amount: item.normal_price * quantities[item.sku] }))
  const normal = parts.reduce((sum, part) => sum + part.amount, 0)
  return { activity, parts, normal, price: Math.min(price, normal), saved: Math.max(normal - price, 0), gone: parts.some((part) => part.sold_out) }
}

/** What an order of so many sets names. */
const items = (parts, sets) => parts.map((part) => ({ sku: part.sku, quantity: part.quantity * sets, product: part.product.key }))

/** The most sets of one order. */
const most = ({ limits }) => limits.per_order || limits.per_member || 99

module.exports = { view, items, most }
