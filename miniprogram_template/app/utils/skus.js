/** Which SKU the chosen options mean, and which options can still be chosen. */

const fits = (sku, chosen) => Object.keys(chosen).every((name) => sku.options[name] === chosen[name])

/** The SKUs that have everything that is chosen. */
const fitting = (product, chosen) => product.skus.filter((sku) => fits(sku, chosen))

/** What is chosen after a tap on a value: chosen, or no longer chosen when it was. */
function toggled(chosen, name, value) {
  const next = { ...chosen }
  if (next[name] === value) delete next[name]
  else next[name] = value
  return next
}

/** The SKU that is chosen, or null while an option is open. */
function found(product, chosen) {
  const complete = product.options.every((option) => chosen[option.name] !== undefined)
  return complete ? product.skus.find((sku) => fits(sku, chosen)) || null : null
}

function choice(product, chosen, name, value) {
  const rest = { ...chosen, [name]: value }
  const left = fitting(product, rest)
  return { value, on: chosen[name] === value, missing: !left.length, soldOut: left.length > 0 && left.every((sku) => sku.sold_out) }
}

/**
 * What to paint: [{ name, values: [{ value, on, missing, soldOut }] }].
 *
 * `missing`: no SKU has it together with the others that are chosen; `soldOut`: those that have are sold out.
 */
function choices(product, chosen) {
  return product.options.map((option) => ({
    name: option.name,
    values: option.values.map((value) => choice(product, chosen, option.name, value))
  }))
}

/** What is chosen when a sheet opens: the only SKU, or each option that has one value only. */
function initial(product) {
  if (product.skus.length === 1) return { ...product.skus[0].options }
  const single = product.options.filter((option) => option.values.length === 1)
  return Object.fromEntries(single.map((option) => [option.name, option.values[0]]))
}

/** The product with the units that were heard: a SKU without any is sold out. */
function withStock(product, units) {
  const skus = product.skus.map((sku) => (units[sku.key] === undefined ? sku : { ...sku, sold_out: units[sku.key] <= 0, available: units[sku.key] }))
  return { ...product, skus, sold_out: skus.every((sku) => sku.sold_out) }
}

/** "白色 / M" */
const words = (options) => Object.values(options || {}).join(' / ')

module.exports = { fitting, toggled, found, choices, initial, withStock, words }
