/** The line in front of a flash sale. */

const requests = require('../../../services/request')

/** Where the member stands: { admitted, position, retry_after (seconds) }; asking keeps the place. */
const place = (activity) => requests.get(`/flash-sales/${activity}/queue`, { quiet: true })

module.exports = { place }
