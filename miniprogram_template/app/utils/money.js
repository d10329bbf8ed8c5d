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

module.exports = { yuan, parts }
