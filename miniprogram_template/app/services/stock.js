/**
 * Units left, as they change: over a WebSocket, by long poll where none can be had.
 *
 * What is heard is for showing only; whether something can be bought is decided by the order.
 */

const shop = require('./shop')
const requests = require('./request')

const POLL_AFTER_FAILURES = 3
const POLL_SECONDS = 15
const LONGEST_PAUSE = 60

const pauseOf = (failures) => Math.min(LONGEST_PAUSE, 2 ** failures) * (0.5 + Math.random())

/**
 * Watch all SKUs of a product; `heard({ skuKey: units })` is called first with all of them, then with what changed.
 *
 * Returns a function that ends it.
 */
function watch(product, heard) {
  const state = { over: false, failures: 0, socket: null, timer: null }

  function later(seconds, then) {
    if (state.over) return
    clearTimeout(state.timer)
    state.timer = setTimeout(then, seconds * 1000)
  }

  async function poll() {
    const rows = await requests.get(`/products/${product}/stock`, { quiet: true, anonymous: true }).catch(() => [])
    if (state.over) return
    if (rows.length) heard(Object.fromEntries(rows.map((row) => [row.sku, row.available])))
    // The socket is tried again now and then: the network may be another one.
    state.failures = rows.length && state.failures > 2 * POLL_AFTER_FAILURES ? 0 : state.failures + 1
    later(POLL_SECONDS, state.failures ? poll : connect)
  }

  function read(text) {
    const message = JSON.parse(text)
    if (message.ping) state.socket.send({ data: '{"pong": true}' })
    if (!message.stock) return
    state.failures = 0 // it works once it tells something: a server in trouble opens sockets and closes them
    heard(message.stock)
  }

  function lost() {
    state.socket = null
    state.failures += 1
    if (state.failures >= POLL_AFTER_FAILURES) poll()
    else later(pauseOf(state.failures), connect)
  }

  async function connect() {
    const said = await shop.bootstrap().catch(() => null)
    if (state.over) return
    if (!said || !said.stock_socket) {
      state.failures = POLL_AFTER_FAILURES
      poll()
      return
    }
    const socket = wx.connectSocket({ url: said.stock_socket })
    state.socket = socket
    socket.onOpen(() => socket.send({ data: JSON.stringify({ subscribe: [product] }) }))
    socket.onMessage(({ data }) => !state.over && read(data))
    socket.onClose(() => !state.over && state.socket === socket && lost())
    socket.onError(() => !state.over && state.socket === socket && lost())
  }

  connect()
  return function end() {
    state.over = true
    clearTimeout(state.timer)
    if (state.socket) state.socket.close({})
  }
}

module.exports = { watch }
