import { rewriteUrl } from '../config.js'
import { createApi } from './call.js'

const EVENTS = ['open', 'message', 'close', 'error']

/** wx.connectSocket over WebSocket. A browser sends no headers of one's own. */
export function socketApis({ config }) {
  return {
    connectSocket(options) {
      const socket = new WebSocket(rewriteUrl(config, options.url), options.protocols || [])
      socket.binaryType = 'arraybuffer'
      createApi('connectSocket', () => ({}))({ ...options, complete: options.complete || (() => {}) })
      return createTask(socket)
    },
  }
}

function createTask(socket) {
  const listeners = Object.fromEntries(EVENTS.map((name) => [name, new Set()]))
  socket.addEventListener('open', () => emit(listeners.open, { header: {} }))
  socket.addEventListener('message', ({ data }) => emit(listeners.message, { data }))
  socket.addEventListener('close', ({ code, reason }) => emit(listeners.close, { code, reason }))
  socket.addEventListener('error', () => emit(listeners.error, { errMsg: 'connectSocket:fail' }))
  const task = {
    CONNECTING: 0,
    OPEN: 1,
    CLOSING: 2,
    CLOSED: 3,
    get readyState() {
      return socket.readyState
    },
    send: createApi('sendSocketMessage', ({ data }) => {
      if (socket.readyState !== WebSocket.OPEN) throw new Error('SocketTask.readyState is not OPEN')
      socket.send(data)
    }),
    close: createApi('closeSocket', ({ code = 1000, reason = '' }) => socket.close(code, reason)),
  }
  for (const name of EVENTS) {
    const suffix = name[0].toUpperCase() + name.slice(1)
    task['on' + suffix] = (listener) => listeners[name].add(listener)
    task['off' + suffix] = (listener) => (listener ? listeners[name].delete(listener) : listeners[name].clear())
  }
  return task
}

function emit(listeners, detail) {
  for (const listener of listeners) listener(detail)
}
