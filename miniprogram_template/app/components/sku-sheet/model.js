/** What the sheet shows for a choice. */

const skus = require('../../utils/skus')

const MOST = 999 // units of one line, by the API
const FEW = 10 // units below which their number is worth a warning

/** How many units may be wanted; `most` below `least` means that it cannot be bought now. */
function bounds(product, sku) {
  const { least_per_order: least, most_per_order: order, most_per_member: member } = product.limits
  const ends = [MOST, order, member, sku && sku.available].filter((end) => typeof end === 'number')
  return { least: least || 1, most: Math.min(...ends) }
}

function trouble(product, sku, { least, most }) {
  if (product.sold_out) return '已售罄'
  if (!sku) return ''
  if (sku.sold_out) return '这一款已售罄'
  return most < least ? `库存不够 ${least} ${product.unit || '件'}起购` : ''
}

function unitsLeft(sku, unit) {
  if (!sku || sku.available === undefined || sku.sold_out) return ''
  return sku.available < FEW ? `仅剩 ${sku.available} ${unit}` : `库存 ${sku.available} ${unit}`
}

function words(product, chosen, sku) {
  if (!product.options.length) return ''
  if (sku) return `已选 ${skus.words(sku.options)}`
  const open = product.options.filter((option) => chosen[option.name] === undefined)
  return open.length ? `请选择 ${open.map((option) => option.name).join('、')}` : '没有这个组合'
}

function limit({ least_per_order: least, most_per_order: order, most_per_member: member }, unit) {
  const said = []
  if (least > 1) said.push(`${least} ${unit}起购`)
  if (order) said.push(`每单最多 ${order} ${unit}`)
  if (member) said.push(`每人最多 ${member} ${unit}`)
  return said.join('，')
}

/** Prices in fen of the chosen SKU, or the least of those that can still be chosen, with `from` when others cost more. */
function price(product, candidates) {
  if (!candidates.length) return { price: product.price, list: product.list_price, from: false }
  const cheapest = candidates.reduce((best, sku) => (sku.price < best.price ? sku : best))
  return { price: cheapest.price, list: cheapest.list_price, from: candidates.some((sku) => sku.price !== cheapest.price) }
}

function picture(product, candidates, chosen) {
  const own = Object.keys(chosen).length && candidates.find((sku) => sku.picture)
  return own ? own.picture : product.cover
}

/** Everything the sheet paints of a product, what is chosen of it, and the units wanted. */
function view(product, chosen, wanted) {
  const unit = product.unit || '件'
  const sku = skus.found(product, chosen)
  const candidates = skus.fitting(product, chosen)
  const ends = bounds(product, sku)
  return {
    ...price(product, candidates),
    sku: sku ? sku.key : '',
    picture: picture(product, candidates, chosen),
    groups: skus.choices(product, chosen),
    words: words(product, chosen, sku),
    units: unitsLeft(sku, unit),
    limit: limit(product.limits, unit),
    trouble: trouble(product, sku, ends),
    least: ends.least,
    most: Math.max(ends.least, ends.most),
    quantity: Math.max(ends.least, Math.min(ends.most, wanted))
  }
}

/** The SKU that goes into the cart without a question, or null: one SKU that is for sale. */
function single(product) {
  const sku = product.skus.length === 1 ? product.skus[0] : null
  return sku && !trouble(product, sku, bounds(product, sku)) ? sku : null
}

module.exports = { view, single, bounds }
