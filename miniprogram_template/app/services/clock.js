/** The server's time. A phone's clock may be wrong by hours; the moment an order is cancelled is not. */

let ahead = 0 // milliseconds that the server is ahead of this phone

/** Learn from the headers of an answer. */
function heard(header) {
  const at = Date.parse((header && (header.Date || header.date)) || '')
  if (at) ahead = at - Date.now()
}

/** Milliseconds since 1970, by the server. */
const now = () => Date.now() + ahead

/** Whole seconds until an RFC 3339 time; 0 once it is over. */
const secondsUntil = (text) => Math.max(0, Math.ceil((Date.parse(text) - now()) / 1000)) || 0

module.exports = { heard, now, secondsUntil }
