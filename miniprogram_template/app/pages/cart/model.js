/** How the cart is painted, and what it comes to while the server has not answered yet. */

const { UNIT_PRICES, cut } = require('../../utils/cuts')
const money = require('../../utils/money')
const reductions = require('../../utils/reductions')
const skus = require('../../utils/skus')

const MOST_UNITS = 999
const PASSING_MOST = 'limit_exceeded'

/** Most units that a line may have: what is left, and what the product's limit still allows. */
function most(item, problem) {
  const left = Math.max(1, Math.min(MOST_UNITS, item.available))
  if (!problem || problem.code !== PASSING_MOST) return left
  return Math.max(1, Math.min(left, problem.limit - problem.bought))
}

/** A line as the page paints it. */
function row(item, problem) {
  const short = item.is_available && item.quantity > item.available ? `只剩 ${item.available} 件` : ''
  return { ...item, optionText: skus.words(item.sku.options), most: most(item, problem), problem: problem ? problem.message : short }
}

/** { lines, gone, problems } of an answer of the API: what can be bought, what cannot any more. */
function painted(cart) {
  const problems = {}
  cart.problems.forEach((problem) => {
    problems[problem.sku] = problem
  })
  const rows = cart.items.map((item) => row(item, problems[item.sku.key]))
  return { lines: rows.filter((line) => line.is_available), gone: rows.filter((line) => !line.is_available) }
}

/** What is selected: { units, total, count, all }. */
function totals(lines) {
  const chosen = lines.filter((line) => line.is_selected)
  return {
    count: chosen.length,
    units: chosen.reduce((sum, line) => sum + line.quantity, 0),
    total: chosen.reduce((sum, line) => sum + line.quantity * line.sku.price, 0),
    all: lines.length > 0 && chosen.length === lines.length
  }
}

const COUPON = 'coupon'

/**
 * A quote of the selected lines as the page paints it: { total, saved, cuts: SKU → cut, near, done, gifts }.
 *
 * `total` fen without freight; `near` is what it lacks a little to, `done` what was taken off all together.
 */
function priced(quote) {
  const bought = quote.lines.filter((line) => !line.is_gift)
  const cuts = Object.fromEntries(bought.map((line) => [line.sku, cut(line)]).filter(([, found]) => found))
  const saved = bought.reduce((sum, line) => sum + line.discount, 0)
  const whole = quote.discounts.filter((each) => !UNIT_PRICES[each.tool])
  return {
    total: quote.total - quote.freight,
    saved: saved ? money.yuan(saved) : '',
    cuts,
    near: reductions.near(quote),
    done: whole.map(({ tool, key, title, amount }) => ({ key, words: `${tool === COUPON ? '优惠券 ' : ''}${title}：已减 ¥${money.yuan(amount)}` })),
    gifts: quote.lines.filter((line) => line.is_gift).map(({ title, quantity }) => `${title} × ${quantity}`).join('、')
  }
}

/** Why the selected lines cannot be ordered as they are: a sentence, or "". */
function obstacle(lines) {
  const chosen = lines.filter((line) => line.is_selected)
  if (!chosen.length) return '请先勾选商品'
  const stuck = chosen.find((line) => line.problem)
  return stuck ? `${stuck.sku.title}：${stuck.problem}` : ''
}

/** The selected lines, for the basket. */
const basket = (lines) =>
  lines.filter((line) => line.is_selected).map((line) => ({ sku: line.sku.key, quantity: line.quantity, product: line.sku.product_key }))

module.exports = { painted, totals, priced, obstacle, basket }
