/** What happened to the points. */

const time = require('../../../utils/time')

/** The rows of a page with a key each: how many there were when it was booked, which never changes; `before` are newer. */
const numbered = ({ count, results }, before) => results.map((row, index) => ({ ...row, key: count - before - index }))

const signed = (amount) => (amount > 0 ? `+${amount}` : `−${-amount}`)

/** A row as the list paints it. */
const painted = (row) => ({
  ...row,
  gain: row.amount > 0,
  change: signed(row.amount),
  time: time.minute(row.at),
  words: row.note || (row.order ? `订单 ${row.order}` : '')
})

module.exports = { numbered, painted }
