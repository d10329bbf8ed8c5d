/** What is about to be ordered: handed from the product or the cart to the checkout, never through an address. */

const { idempotencyKey } = require('../utils/key')

let current = null // { cart, items: [{ sku, quantity, product, form, activity }], key }

/** Units of SKUs, each with the key of its product, and, if given, the answers to its order form and the activity { tool, key, option } that it is bought in. */
function ofItems(items) {
  current = { cart: false, items, key: '' }
}

/** The selected lines of the cart: [{ sku, quantity, product }]; what has an activity is bought beside them. */
function ofCart(items = []) {
  current = { cart: true, items, key: '' }
}

/** The basket; somebody who comes without one is about to buy what is selected in the cart. */
function now() {
  if (!current) ofCart()
  return current
}

/**
 * The key to place its order with: the same until an answer came.
 *
 * The lines decide, not the remark or the address: were an order placed whose answer got lost, the server refuses the
 * key for other words (`idempotency_key_reused`) rather than place a second order.
 */
function key() {
  const basket = now()
  if (!basket.key) basket.key = idempotencyKey()
  return basket.key
}

/** What is bought in activities is bought with another option of them: as "" whoever comes first. */
function choose(option) {
  const items = now().items.map((item) => (item.activity ? { ...item, activity: { ...item.activity, option } } : item))
  current = { ...now(), items, key: '' }
}

/** An answer came: another try is another request. */
function answered() {
  now().key = ''
}

/** It was ordered. */
function clear() {
  current = null
}

module.exports = { ofItems, ofCart, now, key, choose, answered, clear }
