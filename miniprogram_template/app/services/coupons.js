/** Coupons: what can be claimed, what a member has, codes. */

const requests = require('./request')

/** What can be claimed now, the newest first. */
const centre = () => requests.get('/coupons', { quiet: true })
/** What can be claimed now for a product. */
const ofProduct = (key) => requests.get(`/products/${key}/coupons`, { quiet: true })
/** Claim one; whoever is not known yet logs in. */
const claim = (key) => requests.post(`/coupons/${key}/claim`, {}, { quiet: true })
/** Claim one of each that can be had: those, with the time by which they begin. */
const claimAll = () => requests.post('/coupons/claim-all', {}, { quiet: true })
/** Take the coupon of a code. */
const redeem = (code) => requests.post('/coupons/redeem', { code }, { quiet: true })
/** One page of the member's: "usable", "used" or "expired". */
const mine = (state, page = 1) => requests.get('/me/coupons', { query: { state, page }, quiet: true })

module.exports = { centre, ofProduct, claim, claimAll, redeem, mine }
