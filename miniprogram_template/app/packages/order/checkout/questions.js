/** The order forms of a basket's products: a quote does not repeat them. */

const cart = require('../../../services/cart')
const catalogue = require('../../../services/catalogue')

const MOST = 30 // products asked for

const inCart = () => cart.read().then(({ items }) => items.map(({ sku }) => ({ sku: sku.key, product: sku.product_key })))

/** SKU key → product key; of a cart whose lines are not told (a reloaded page, goods that were added) the cart says it. */
async function productsOf({ cart: fromCart, items }) {
  const untold = fromCart && items.every((item) => item.activity)
  const rows = untold ? [...items, ...(await inCart())] : items
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
