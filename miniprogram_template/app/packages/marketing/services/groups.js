/** Groups of people who buy together. */

const requests = require('../../../services/request')

/** Groups of an activity that may be joined, those that lack fewest first. */
const open = (activity) => requests.get(`/group-buys/${activity}/groups`, { quiet: true, anonymous: true })

/** A group with its members, and what of it is the shopper's own. */
const read = (key) => requests.get(`/groups/${key}`, { quiet: true })

/** One page of the shopper's groups. */
const mine = (page = 1) => requests.get('/me/groups', { query: { page }, quiet: true })

module.exports = { open, read, mine }
