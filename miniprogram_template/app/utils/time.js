/** Times come as RFC 3339 with an offset; a shop's days are those of Asia/Shanghai, whatever the phone's clock says. */

const SHANGHAI_MINUTES = 8 * 60
const MINUTE = 60 * 1000

const two = (number) => String(number).padStart(2, '0')

function shanghai(text) {
  return new Date(Date.parse(text) + SHANGHAI_MINUTES * MINUTE)
}

/** "2026-11-22" */
function day(text) {
  const at = shanghai(text)
  return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`
}

/** "2026-11-22 14:05" */
function minute(text) {
  const at = shanghai(text)
  return `${day(text)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`
}

/** "14:59" for 899 seconds, "1:00:00" for an hour, "2 天 1:00:00" for 49 of them; "00:00" once it is over. */
function countdown(seconds) {
  const left = Math.max(0, Math.floor(seconds))
  const days = Math.floor(left / 86400)
  const hours = Math.floor((left % 86400) / 3600)
  const clock = `${two(Math.floor((left % 3600) / 60))}:${two(left % 60)}`
  if (days) return `${days} 天 ${hours}:${clock}`
  return hours ? `${hours}:${clock}` : clock
}

module.exports = { day, minute, countdown }
