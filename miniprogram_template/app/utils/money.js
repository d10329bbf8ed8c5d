/** Amounts are integer fen everywhere; only what a person reads is yuan. */

/** "12.50" for 1250, "-3.00" for -300. */
function yuan(fen) {
  const sign = fen < 0 ? '-' : ''
  const cents = Math.abs(Math.round(fen))
  return `${sign}${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
}

/** What a price is painted with: { whole: "12", decimals: ".50" }; no decimals for a full yuan. */
function parts(fen) {
  const [whole, decimals] = yuan(fen).split('.')
  return { whole, decimals: decimals === '00' ? '' : `.${decimals}` }
}

/** A unit price in fen less a share of it, in basis points, which is rounded down to the fen; at least 1. */
const lessShare = (price, basisPoints) => Math.max(price - Math.floor((price * basisPoints) / 10000), 1)

module.exports = { yuan, parts, lessShare }
