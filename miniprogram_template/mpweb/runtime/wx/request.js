import { rewriteUrl } from '../config.js'
import { createApi } from './call.js'

const TIMEOUT_MS = 60_000
const AT_ONCE = 10

/** wx.request over fetch: no cookies, as on the phone, and ten at once. */
export function requestApis({ config }) {
  const queue = createQueue(AT_ONCE)
  return {
    request(options) {
      const abort = new AbortController()
      const task = createTask(abort)
      const start = () => queue(() => send(config, options, abort, task))
      const promise = createApi('request', start)(options)
      return Object.assign(promise || {}, task.methods)
    },
  }
}

async function send(config, options, abort, task) {
  const { url, init } = prepare(config, options)
  const timer = setTimeout(() => abort.abort(new Error('timeout')), options.timeout || TIMEOUT_MS)
  try {
    abort.signal.throwIfAborted()
    const response = await fetch(url, { ...init, signal: abort.signal, credentials: 'omit' })
    const header = Object.fromEntries(response.headers)
    task.notify({ statusCode: response.status, header, cookies: [] })
    const data = await readBody(response, options)
    return { data, statusCode: response.status, header, cookies: [] }
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}

function prepare(config, { url, method = 'GET', header = {}, data }) {
  const headers = Object.fromEntries(Object.entries(header).map(([name, value]) => [name.toLowerCase(), String(value)]))
  const verb = method.toUpperCase()
  const target = rewriteUrl(config, url)
  if (verb === 'GET' || verb === 'HEAD') return { url: withQuery(target, data), init: { method: verb, headers } }
  headers['content-type'] ??= 'application/json'
  return { url: target, init: { method: verb, headers, body: encodeBody(data, headers['content-type']) } }
}

function withQuery(url, data) {
  if (!data || typeof data !== 'object') return url
  const pairs = Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, plain(value)])
  const query = new URLSearchParams(pairs).toString()
  return query ? url + (url.includes('?') ? '&' : '?') + query : url
}

function encodeBody(data, type) {
  if (data === undefined || typeof data === 'string' || data instanceof ArrayBuffer) return data
  if (/urlencoded/.test(type))
    return new URLSearchParams(Object.entries(data).map(([name, value]) => [name, plain(value)])).toString()
  return JSON.stringify(data)
}

function plain(value) {
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value)
}

async function readBody(response, { responseType, dataType = 'json' }) {
  if (responseType === 'arraybuffer') return response.arrayBuffer()
  const text = await response.text()
  if (dataType !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text // WeChat hands on what is no JSON
  }
}

function createTask(abort) {
  const listeners = new Set()
  const methods = {
    abort: () => abort.abort(new Error('abort')),
    onHeadersReceived: (listener) => listeners.add(listener),
    offHeadersReceived: (listener) => (listener ? listeners.delete(listener) : listeners.clear()),
  }
  return { methods, notify: (detail) => listeners.forEach((listener) => listener(detail)) }
}

/** @param {number} limit @returns {<T>(run: () => Promise<T>) => Promise<T>} runs at most so many at a time */
export function createQueue(limit) {
  const waiting = []
  let running = 0
  const next = () => {
    running -= 1
    waiting.shift()?.()
  }
  return async (run) => {
    if (running >= limit) await new Promise((resolve) => waiting.push(resolve))
    running += 1
    return run().finally(next)
  }
}
