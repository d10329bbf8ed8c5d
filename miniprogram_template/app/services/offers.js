/** What runs for a product. */

const requests = require('./request')

/** Activities with the product's own SKUs; none when the shop cannot tell, for everything can be bought without. */
const ofProduct = (key) => requests.get(`/products/${key}/activities`, { anonymous: true, quiet: true }).catch(() => [])

module.exports = { ofProduct }
