/** The server's time. A phone's clock may be wrong by hours; the moment an order is cancelled is not. */

let ahead = 0 // milliseconds that the server is ahead of this phone

/** Learn from the headers of an answer. */
function heard(header) {
  const at = Date.parse((header && (header.Date || header.date)) || '')
  if (at) ahead = at - Date.now()
}

/** Milliseconds since 1970, by the server. */
const now = () => Date.now() + ahead

const seconds = (text, from) => (Date.parse(text) - from) / 1000

/** Whole seconds until an RFC 3339 time, at most those between `since` and it; 0 once it is over. The server's clock is heard in whole seconds. */
function secondsUntil(text, since) {
  const left = Math.max(0, Math.ceil(seconds(text, now()))) || 0
  const most = since ? Math.round(seconds(text, Date.parse(since))) : left
  return Math.min(left, most)
}

module.exports = { heard, now, secondsUntil }
