/** The order forms of a basket's products: a quote does not repeat them. */

const cart = require('../../../services/cart')
const catalogue = require('../../../services/catalogue')

const MOST = 30 // products asked for

/** SKU key → product key; who came without a basket (a reloaded page) has it in the cart. */
async function productsOf(basket) {
  const rows = basket.items.length ? basket.items : (await cart.read()).items.map((item) => ({ sku: item.sku.key, product: item.sku.product_key }))
  return Object.fromEntries(rows.filter((row) => row.product).map((row) => [row.sku, row.product]))
}

function formOf(key) {
  let form = []
  return catalogue.product(key, (product) => (form = product.form || [])).then(() => form, () => form)
}

/** SKU key → fields, for the lines of a quote that ask anything. */
async function of(basket, lines) {
  const products = await productsOf(basket).catch(() => ({}))
  const keys = [...new Set(lines.map((line) => products[line.sku]).filter(Boolean))].slice(0, MOST)
  const forms = await Promise.all(keys.map(formOf))
  const found = {}
  lines.forEach((line) => {
    const form = forms[keys.indexOf(products[line.sku])]
    if (form && form.length) found[line.sku] = form
  })
  return found
}

module.exports = { of }
