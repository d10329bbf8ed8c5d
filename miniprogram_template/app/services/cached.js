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
  if (text.length > LONGEST) return
  store.write(name(path), data)
  touch(path)
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
  if (!kept || text !== JSON.stringify(kept)) {
    keep(path, text, data)
    show(data, { fresh: true })
  }
  return data
}

module.exports = { get }
