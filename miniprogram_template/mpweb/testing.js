import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { JSDOM } from 'jsdom'
import { build } from './build.mjs'

const SETTLE_MS = 30

/**
 * Builds a mini-program and starts it in jsdom.
 * @param {string} appFolder
 * @param {{ answer?: (url: string, init: any) => any, config?: any, hash?: string }} [options]
 *   answer gives the body of a response, or `{ status, body }`
 * @returns {Promise<any>} the window: `wx`, `__mp.mount(path, properties)`, `__mp.data()`; hand it to closeMiniProgram in the end
 */
export async function loadMiniProgram(appFolder, { answer = () => ({}), config = { mode: 'test' }, hash = '' } = {}) {
  const html = `<!doctype html><script type="application/json" id="mp-config">${JSON.stringify(config).replace(/</g, '\\u003c')}</script>`
  const { window } = new JSDOM(html, {
    runScripts: 'outside-only',
    url: 'http://127.0.0.1/' + hash,
    pretendToBeVisual: true,
  })
  fillGaps(window)
  window.fetch = (url, init) => (stopped.has(window) ? new Promise(() => {}) : respond(answer, url, init))
  window.eval(await bundleOf(appFolder))
  return window
}

/** Lets what is under way come to its end, then closes the window. @param {any} window */
export async function closeMiniProgram(window) {
  stopped.add(window)
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  window.close()
}

/** @param {any} value of the window @returns {any} the same in this realm, for deepEqual */
export function plain(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

/** @param {() => any} condition @param {number} [milliseconds] @returns {Promise<any>} its first true value */
export async function waitFor(condition, milliseconds = 2000) {
  const end = Date.now() + milliseconds
  for (;;) {
    const value = condition()
    if (value) return value
    if (Date.now() > end) throw new Error(`waited in vain for ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Windows that get no more answers. */
const stopped = new WeakSet()
/** @type {Map<string, Promise<string>>} */
const bundles = new Map()

function bundleOf(appFolder) {
  const folder = path.resolve(appFolder)
  if (!bundles.has(folder)) bundles.set(folder, bundle(folder))
  return bundles.get(folder)
}

async function bundle(folder) {
  const target = fs.mkdtempSync(path.join(os.tmpdir(), 'mpweb-'))
  try {
    const { failed, diagnostics } = await build(folder, target, { development: true })
    if (failed) throw new Error(diagnostics.lines().join('\n'))
    return fs.readFileSync(path.join(target, 'app.js'), 'utf8')
  } finally {
    fs.rmSync(target, { recursive: true, force: true })
  }
}

async function respond(answer, url, init) {
  if (init.signal?.aborted) throw init.signal.reason
  const aborted = new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal.reason)))
  aborted.catch(() => {})
  const given = await Promise.race([answer(url, init), aborted])
  const { status = 200, body = given, headers = {} } = given?.status ? given : {}
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null)
  return { ok: status < 400, status, headers: new Map(Object.entries(headers)), text: async () => text }
}

/** What jsdom lacks and layout alone would answer. */
function fillGaps(window) {
  const observer = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  window.matchMedia ||= () => ({ matches: false, addListener() {}, addEventListener() {}, removeEventListener() {} })
  window.ResizeObserver ||= observer
  window.IntersectionObserver ||= observer
  window.Element.prototype.scrollTo ||= function scrollTo() {}
  window.performance.mark ||= () => {}
}
