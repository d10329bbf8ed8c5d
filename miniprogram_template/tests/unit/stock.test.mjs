import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test, { mock } from 'node:test'
import { phone, settled } from './fakes.mjs'

const require = createRequire(import.meta.url)

function sockets(wx, behave) {
  const made = []
  wx.connectSocket = () => {
    const socket = { sent: [], closed: false, on: {} }
    for (const name of ['Open', 'Message', 'Close', 'Error']) socket[`on${name}`] = (heard) => (socket.on[name] = heard)
    socket.send = ({ data }) => socket.sent.push(JSON.parse(data))
    socket.close = () => (socket.closed = true)
    made.push(socket)
    behave(socket)
    return socket
  }
  return made
}

async function later(seconds) {
  for (let round = 0; round < 5; round++) await settled()
  mock.timers.tick(seconds * 1000)
  for (let round = 0; round < 5; round++) await settled()
}

const answer = ({ path }) =>
  path.endsWith('/stock') ? { statusCode: 200, data: [{ sku: 'a', available: 7 }] } : { statusCode: 200, data: { shop: {}, stock_socket: 'wss://ws.example.cn' } }

test('stock is heard over the socket, and the end closes it', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const wx = phone(answer)
  const [heard, made] = [[], sockets(wx, () => {})]
  const end = require('../../app/services/stock.js').watch('p1', (units) => heard.push(units))
  await later(0)
  made[0].on.Open()
  made[0].on.Message({ data: '{"stock": {"a": 3}}' })
  made[0].on.Message({ data: '{"ping": true}' })
  assert.deepEqual([made[0].sent, heard], [[{ subscribe: ['p1'] }, { pong: true }], [{ a: 3 }]])
  end()
  made[0].on.Message({ data: '{"stock": {"a": 2}}' })
  assert.deepEqual([made[0].closed, heard.length], [true, 1])
  mock.timers.reset()
})

test('a server that opens sockets only to close them is asked by poll', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const wx = phone(answer)
  const heard = []
  const made = sockets(wx, (socket) =>
    setImmediate(() => {
      socket.on.Open()
      socket.on.Close()
    })
  )
  const end = require('../../app/services/stock.js').watch('p1', (units) => heard.push(units))
  for (let round = 0; round < 4; round++) await later(60)
  assert.deepEqual([made.length, heard[0]], [3, { a: 7 }])
  end()
  mock.timers.reset()
})
