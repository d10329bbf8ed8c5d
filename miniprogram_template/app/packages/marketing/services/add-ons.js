/** What may be added at a low price to what is in the cart. */

const requests = require('../../../services/request')
const cart = require('../../../services/cart')
const baskets = require('../../../services/basket')
const links = require('../../../utils/links')

const TOOL = 'add_on'

const named = (activity, skus) => skus.map((sku) => ({ sku, quantity: 1, activity: { tool: TOOL, key: activity } }))

/** How many fen the selected lines of the cart lack to add one of the SKUs: 0 when they suffice. The server decides. */
async function missing(activity, sku) {
  try {
    await requests.post('/checkout/preview', { cart: true, items: named(activity, [sku]) }, { quiet: true })
    return 0
  } catch (error) {
    if (error.code !== 'threshold_not_reached') throw error
    return error.detail.missing
  }
}

/** Order the selected lines of the cart with one of each of these: [{ sku, product }]. */
async function buy(activity, added) {
  const { items } = await cart.read()
  const lines = items.filter((line) => line.is_selected).map((line) => ({ sku: line.sku.key, quantity: line.quantity, product: line.sku.product_key }))
  const beside = added.map(({ sku, product }) => ({ sku, quantity: 1, product, activity: { tool: TOOL, key: activity } }))
  baskets.ofCart([...lines, ...beside])
  links.open('/packages/order/checkout/checkout')
}

module.exports = { missing, buy }
