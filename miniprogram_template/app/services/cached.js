/** Stale while revalidate: what was seen last is painted at once, what is true now replaces it. */

const requests = require('./request')
const store = require('./store')

const MOST = 30 // answers kept; the one used longest ago goes first
const LONGEST = 200 * 1024 // characters of one answer

const name = (path) => `seen:${path}`

function touch(path) {
  const order = (store.read('seen') || []).filter((one) => one !== path)
  order.push(path)
  while (order.length > MOST) store.remove(name(order.shift()))
  store.write('seen', order)
}

function keep(path, text, data) {
  if (text.length > LONGEST) store.remove(name(path))
  else store.write(name(path), data)
}

/**
 * Call `show(data, { fresh })` with what is kept, if anything, and then with the true answer unless it is the same.
 *
 * Resolves with the true answer. Rejects with an ApiError; after `show` was called with what is kept this is the only
 * sign that the network is away.
 */
async function get(path, show, options = {}) {
  const kept = store.read(name(path))
  if (kept) show(kept, { fresh: false })
  const data = await requests.get(path, { quiet: Boolean(kept), ...options })
  const text = JSON.stringify(data)
  const changed = !kept || text !== JSON.stringify(kept)
  if (changed) keep(path, text, data)
  if (text.length <= LONGEST) touch(path)
  if (changed) show(data, { fresh: true })
  return data
}

module.exports = { get }
