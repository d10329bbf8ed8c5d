/** What a checkout sends, and what it says when an order is refused. */

const cuts = require('../../../utils/cuts')
const forms = require('../../../utils/forms')
const money = require('../../../utils/money')
const reductions = require('../../../utils/reductions')

/** Answers that say something: SKU key → field key → answer. */
function givenForms(answers) {
  const said = {}
  Object.keys(answers).forEach((sku) => {
    const given = forms.given(answers[sku])
    if (Object.keys(given).length) said[sku] = given
  })
  return said
}

/** The body of a preview and, with the total the shopper saw, of an order. */
function body(basket, { address = '', remark = '', answers = {}, points = 0, coupons = null, total = undefined }) {
  const wanted = { address, remark: remark.trim(), forms: givenForms(answers) }
  const items = basket.items.map(({ sku, quantity, activity }) => (activity ? { sku, quantity, activity } : { sku, quantity }))
  const beside = items.filter((item) => item.activity)
  if (basket.cart) Object.assign(wanted, { cart: true }, beside.length ? { items: beside } : {})
  else wanted.items = items
  if (points) wanted.points = points
  if (coupons) wanted.coupons = coupons
  if (total !== undefined) wanted.expected_total = total
  return wanted
}

/** What the row of the points says: { able, words, note }, or null in a shop that uses none. */
function pointsRow({ points }) {
  if (!points) return null
  const able = points.most > 0
  const words = able ? `可用 ${points.most} 积分抵 ¥${money.yuan(points.most_worth)}` : '积分不足，暂不能抵扣'
  return { able, words, note: `共 ${points.balance} 积分` }
}

/** The keys of the coupons that a quote uses; null for a member without coupons. */
function usedCoupons({ coupons = [] }) {
  return coupons.length ? coupons.filter((each) => each.is_used).map((each) => each.key) : null
}

/** What the row of the coupons says: { words, saved }, or null for a member without coupons. */
function couponsRow(quote) {
  const used = usedCoupons(quote)
  if (!used) return null
  const saved = quote.discounts.filter((each) => used.includes(each.key)).reduce((sum, each) => sum + each.amount, 0)
  const usable = quote.coupons.filter((each) => each.is_usable).length
  const isBest = [...used].sort().join() === [...quote.best_coupons].sort().join()
  if (used.length) return { words: isBest ? '已选最优' : `已选 ${used.length} 张`, saved }
  return { words: usable ? `${usable} 张可用` : '暂无可用', saved: 0 }
}

/** The coupons as they are offered: those that can be used first, with what each says of itself. */
function offeredCoupons({ coupons = [] }) {
  const rows = coupons.map((each) => ({ ...each, words: each.is_usable ? `可省 ¥${money.yuan(each.saves)}` : each.message }))
  return [...rows.filter((each) => each.is_usable), ...rows.filter((each) => !each.is_usable)]
}

/** The coupons to ask for when one is tapped: without it, or with it beside those that are used. */
const tappedCoupons = (used, key) => (used.includes(key) ? used.filter((each) => each !== key) : [...used, key])

const GIVEN = { points: (perk) => `完成后送 ${perk.quantity} 积分`, coupon: (perk) => `完成后送优惠券 ${perk.quantity} 张` }

/** What comes when the order is complete. */
const hints = ({ perks = [] }) => perks.filter((perk) => GIVEN[perk.kind]).map((perk) => GIVEN[perk.kind](perk))

/** What stands between the price of the goods and the total, and what is said about it. */
const sums = (quote) => ({
  discounts: quote.discounts.map((each, id) => ({ ...each, id })),
  points: pointsRow(quote),
  coupons: couponsRow(quote),
  offered: offeredCoupons(quote),
  near: reductions.near(quote),
  hints: hints(quote)
})

/** Which address the order goes to: the one chosen, else the default, else the first. */
const addressOf = (addresses, key) =>
  addresses.find((each) => each.key === key) || addresses.find((each) => each.is_default) || addresses[0] || null

/** SKU → what stands against it, of a quote's problems; unanswered questions are asked, not complained of. */
function problemsOf(quote) {
  const found = {}
  quote.problems.filter((problem) => problem.code !== 'form_invalid').forEach((problem) => {
    found[problem.sku] = problem.message
  })
  return found
}

/** The lines as they are painted: with what a unit costs now and what is asked about them, nothing about gifts. `questions`: SKU key → fields. */
const painted = (quote, questions) =>
  quote.lines.map((line, id) => ({ ...cuts.priced(line), id, form: (!line.is_gift && questions[line.sku]) || [] }))

/** SKU key → field key → what is wrong; empty when all forms are filled in. */
function wrongForms(lines, answers) {
  const found = {}
  lines.forEach((line) => {
    const reasons = forms.mistakes(line.form, answers[line.sku])
    if (Object.keys(reasons).length) found[line.sku] = reasons
  })
  return found
}

const units = (row) => (row.available > 0 ? `只剩 ${row.available} 件，请减少数量` : '已售罄，请换一件')

/** SKU → sentence of a refusal that names lines. The API says [{sku, …}] or, for what left the shelf, [sku]. */
function marks(error) {
  const rows = error.detail.skus || []
  const said = {}
  rows.forEach((row) => {
    if (typeof row === 'string') said[row] = '已下架'
    else said[row.sku] = row.available === undefined ? row.message || error.message : units(row)
  })
  return said
}

const WAYS = {
  price_changed: 'price',
  sold_out: 'lines',
  sku_unavailable: 'lines',
  limit_exceeded: 'lines',
  below_minimum: 'lines',
  cart_changed: 'cart',
  nothing_to_buy: 'cart',
  form_invalid: 'forms',
  address_not_found: 'address',
  points_insufficient: 'points',
  coupon_unusable: 'again',
  coupons_not_combinable: 'again',
  activity_over: 'again',
  group_full: 'group',
  group_already_joined: 'joined',
  bargain_over: 'back',
  bargain_not_down: 'back',
  bundle_incomplete: 'back',
  threshold_not_reached: 'back',
  queueing: 'queue',
  too_many_unpaid: 'unpaid',
  idempotency_key_reused: 'sent'
}

/** An activity that a line names is over for it; without one that took part by itself there is another price. */
const wayOf = ({ code, detail }) => (code === 'activity_over' && detail.activity ? 'back' : WAYS[code] || 'retry')

/**
 * What to do about a refused order: { way, message, total, marks, forms, queue }.
 *
 * way "price": ask again with `total`; "lines": `marks` say which; "forms": what is wrong with the answers; "cart": it
 * is not what it was; "address"; "points": there are fewer; "again": ask for the price anew, with the best coupons; "group": it is full or over, another may be opened; "joined": the member is in one; "back": it cannot be bought in its activity; "queue": many ask for it, and `queue` says where the member stands; "unpaid": other orders wait for payment; "sent": it was placed before; "retry".
 */
function refusal(error) {
  const way = wayOf(error)
  const said = { way, message: error.message, total: error.detail.total, marks: {}, forms: {}, queue: null }
  if (way === 'lines') said.marks = marks(error)
  if (way === 'queue') said.queue = error.detail
  if (way === 'forms') (error.detail.skus || []).forEach((row) => (said.forms[row.sku] = row.form))
  return said
}

module.exports = { body, usedCoupons, tappedCoupons, sums, addressOf, problemsOf, painted, wrongForms, refusal }
