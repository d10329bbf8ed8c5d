/** Activities: what runs, and what is bought in one. */

const requests = require('../../../services/request')
const baskets = require('../../../services/basket')
const links = require('../../../utils/links')

/** An activity that runs or will; 404 once it is over. */
const read = (key) => requests.get(`/activities/${key}`, { quiet: true, anonymous: true })

/** Order units of SKUs in an activity: [{ sku, quantity, product }]; `option` is what was chosen within it. */
function buy(tool, key, items, option = '') {
  const activity = option ? { tool, key, option } : { tool, key }
  baskets.ofItems(items.map((item) => ({ ...item, activity })))
  links.open('/packages/order/checkout/checkout')
}

module.exports = { read, buy }
