import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { JSDOM } from 'jsdom'
import { chromium } from 'playwright-core'
import { build } from '../build.mjs'
import { closeMiniProgram, loadMiniProgram, waitFor } from '../testing.js'
import { copyFixture } from './copies.mjs'
import { startFixtureServer } from './fixture-server.mjs'

const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium'
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }
const KEY = 'demo:mp-first:pages/index/index'
const HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
const ANSWERS = {
  '/api/home': { banners: [] },
  '/api/products': { results: [{ id: 1, name: HOSTILE, cat: '茶叶', price: 8800, was: 0, ts: 0, image: '' }] },
}

/** The fixture, whose first page keeps its picture once it is filled. */
function keeping(context, call = 'this.setInitialRenderingCache({ loading: false })') {
  return copyFixture(context, {
    'pages/index/index.json': ['"enablePullDownRefresh"', '"initialRenderingCache": "dynamic", "enablePullDownRefresh"'],
    'pages/index/index.js': ['    wx.hideLoading()\n', `    wx.hideLoading()\n    ${call}\n`],
  })
}

async function start(context, { mode = 'test', hash = '', call } = {}) {
  const config = { mode, storagePrefix: 'demo:' }
  const answer = (url) => ANSWERS[new URL(url, 'http://127.0.0.1').pathname] ?? {}
  const window = await loadMiniProgram(keeping(context, call), { config, answer, hash })
  context.after(() => closeMiniProgram(window))
  return window
}

const pictures = (window) => Object.keys(window.localStorage).filter((key) => key.includes('mp-first'))
const isDrawn = (window) => waitFor(() => window.__mp.data().list?.length)
const rested = () => new Promise((resolve) => setTimeout(resolve, 1300)) // an idle moment is a second where nobody tells of it

test('words of the shop stay words, and nothing of the shopper or the shell is kept', async (context) => {
  const window = await start(context)
  await isDrawn(window)
  window.wx.setTabBarBadge({ index: 1, text: '77' })
  window.wx.showModal({ title: '问一问', content: '私事' })
  const text = await waitFor(() => window.localStorage.getItem(KEY))
  const { styles, frame } = JSON.parse(text)
  const words = (node) => (typeof node === 'string' ? node : node.slice(2).map(words).join(''))
  assert.match(words(frame), /^演示小店.*首页我的$/)
  assert.ok(words(frame).includes(HOSTILE))
  assert.doesNotMatch(words(frame), /77|问一问|私事/)
  assert.doesNotMatch(text, /aria-|role"|tabindex|href|"on/)
  assert.match(styles, /\.cats\s*\{/)
  assert.equal(window.wx.getStorageInfoSync().keys.some((key) => key.includes('first')), false)
})

test('who clears the storage clears the picture, and null forgets it', async (context) => {
  const window = await start(context)
  await waitFor(() => window.localStorage.getItem(KEY))
  window.wx.clearStorageSync()
  assert.deepEqual(pictures(window), [])
  const { instance } = window.__mp.top()
  instance.setInitialRenderingCache({})
  await waitFor(() => window.localStorage.getItem(KEY))
  instance.setInitialRenderingCache({})
  instance.setInitialRenderingCache(null)
  assert.deepEqual(pictures(window), [])
  await rested()
  assert.deepEqual(pictures(window), [], 'what was under way came to nothing')
})

test('nothing is kept in the preview, of a page with a query, and of one that is too large', async (context) => {
  const long = 'this.setData({ cats: ["长".repeat(110 * 1024)] }); this.setInitialRenderingCache({})'
  const started = [{ mode: 'preview' }, { hash: '#/pages/index/index?from=a' }, { call: long }]
  const windows = await Promise.all(started.map((options) => start(context, options)))
  await Promise.all(windows.map(isDrawn))
  await rested()
  assert.deepEqual(windows.map(pictures), [[], [], []])
})

test('a page that does not say so has no such thing', async (context) => {
  const window = await start(context)
  window.wx.switchTab({ url: '/pages/mine/mine' })
  assert.equal(window.__mp.top().instance.setInitialRenderingCache, undefined)
})

/** What first.js does with a kept picture, and where it stands then. */
async function shown(context, { edition, key = KEY, frame = ['div', { id: 'mp' }, '店'], hash = '', stored }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mpweb-'))
  context.after(() => fs.rmSync(folder, { recursive: true }))
  await build(copyFixture(context, {}), folder, { development: true })
  const html = fs.readFileSync(path.join(folder, 'index.html'), 'utf8').replace('>{}<', '>{"storagePrefix":"demo:"}<')
  const { window } = new JSDOM(html, { runScripts: 'outside-only', url: 'http://127.0.0.1/' + hash, pretendToBeVisual: true })
  context.after(() => window.close())
  const roots = []
  const attach = window.Element.prototype.attachShadow
  window.Element.prototype.attachShadow = function attachShadow(options) {
    roots.push(attach.call(this, options))
    return roots.at(-1)
  }
  const { href } = window.document.querySelector('link[rel="preload"]')
  const picture = { edition: edition ?? `${href}\n{"storagePrefix":"demo:"}`, styles: '.a{}', frame }
  window.localStorage.setItem(key, stored ?? JSON.stringify(picture))
  window.eval(fs.readFileSync(path.join(folder, 'first.js'), 'utf8'))
  const script = await waitFor(() => window.document.querySelector('body > script[src*="app.js"]'))
  assert.equal(script.src, href)
  return { root: roots[0], host: window.document.getElementById('mp-first'), script, window }
}

test('the picture is shown where it was kept, inert, and goes when there is no mini-program', async (context) => {
  for (const hash of ['', '#/pages/index/index', '#pages/index/index']) {
    const { root, host, script, window } = await shown(context, { hash })
    assert.deepEqual([root.mode, root.querySelector('#mp').textContent], ['closed', '店'])
    assert.deepEqual([host.hasAttribute('inert'), host.getAttribute('aria-hidden')], [true, 'true'])
    script.dispatchEvent(new window.Event('error'))
    assert.equal(window.document.getElementById('mp-first'), null)
  }
})

test('no other build, configuration, page or shop shows it, and no broken one is in the way', async (context) => {
  const others = [
    { edition: 'http://127.0.0.1/app.js?v=000000000000\n{"storagePrefix":"demo:"}' },
    { edition: '' },
    { hash: '#/pages/mine/mine' },
    { hash: '#/pages/index/index?id=1' },
    { key: 'mp:mp-first:pages/index/index' },
    { stored: '{"edition"' },
    { stored: 'null' },
    { frame: ['no tag', {}] },
  ]
  for (const other of others) assert.equal((await shown(context, other)).host, null, JSON.stringify(other))
})

test('a picture that somebody changed runs nothing and leads nowhere', async (context) => {
  const bad = ['script', 'iframe', 'a', 'form', 'input', 'svg', 'style', 'object'].map((tag) => [tag, { src: 'x', href: 'x' }, 'window.pwned = 1'])
  const frame = ['div', { id: 'mp', onclick: 'window.pwned = 1' }, HOSTILE, ...bad, ['img', { src: 'x', onerror: 'window.pwned = 1' }]]
  const { root } = await shown(context, { frame })
  const nodes = [...root.querySelector('#mp').querySelectorAll('*'), root.querySelector('#mp')]
  assert.deepEqual(nodes.map((node) => [node.localName, node.getAttributeNames()]), [['img', ['src']], ['div', ['id']]])
  assert.equal(root.querySelector('#mp').textContent, HOSTILE)
})

test(
  'the second visit shows the page while app.js is still away, and then it works',
  { skip: !fs.existsSync(CHROMIUM) && 'no Chromium', timeout: 60_000 },
  async (context) => {
    const visit = await visitor(context)
    const { page: before } = await visit()
    await before.waitForFunction(keeps, [KEY, '核桃酥'])
    const drawn = await before.evaluate(outlines, 'document')
    assert.equal(drawn.length, 6)
    await before.close()

    const { page, release } = await visit({ isHeld: true })
    await page.waitForFunction(() => window.pictured?.querySelectorAll('.item').length === 6)
    assert.equal(await page.evaluate(() => typeof window.wx), 'undefined')
    assert.deepEqual(await page.evaluate(outlines, 'pictured'), drawn)
    assert.equal(await page.evaluate(() => document.querySelectorAll('#mp, .mp-view, .item').length), 0)
    await page.touchscreen.tap(100, 400)
    assert.equal(await page.evaluate(() => document.activeElement.localName), 'body')
    release()
    await page.waitForFunction(() => document.querySelectorAll('.item').length === 6 && !document.querySelector('#mp-first, [data-first]'))
    assert.deepEqual(await page.evaluate(outlines, 'document'), drawn)
    await page.locator('.cat').nth(2).tap()
    await page.waitForFunction(() => document.querySelectorAll('.item').length === 3)
    await page.waitForFunction((key) => !localStorage.getItem(key).includes('铁观音'), KEY)
    await page.close()

    const answer = { status: 200, json: ANSWERS['/api/products'] }
    const { page: after, release: go } = await visit({ isHeld: true, answer })
    await after.waitForFunction(() => window.pictured?.querySelectorAll('.item').length === 3)
    go()
    await after.waitForFunction(() => !document.querySelector('#mp-first') && document.querySelectorAll('.item').length === 1)
    assert.equal(await after.locator('.item .name').innerText(), HOSTILE)
    await after.waitForFunction(keeps, [KEY, HOSTILE])
    await after.close()

    const { page: last } = await visit({ isHeld: true })
    await last.waitForFunction((words) => window.pictured?.querySelector('.name').textContent === words, HOSTILE)
    assert.equal(await last.evaluate(() => window.pwned), undefined)
    assert.deepEqual(visit.faults, [])
  },
)

/** Opens the fixture's first page in one browser profile again and again; app.js waits for `release` where it is held. */
async function visitor(context) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mpweb-'))
  assert.equal((await build(keeping(context), folder)).failed, false)
  const server = await startFixtureServer(folder, { mode: 'test', storagePrefix: 'demo:' })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--headless', '--no-sandbox', '--disable-gpu'] })
  context.after(async () => {
    await browser.close()
    server.close()
    fs.rmSync(folder, { recursive: true })
  })
  const profile = await browser.newContext(PHONE)
  await profile.addInitScript(() => {
    const attach = Element.prototype.attachShadow
    Element.prototype.attachShadow = function attachShadow(options) {
      window.pictured = attach.call(this, options)
      return window.pictured
    }
  })
  const visit = async ({ isHeld = false, answer } = {}) => {
    const page = await profile.newPage()
    page.setDefaultTimeout(8000)
    page.on('pageerror', (error) => visit.faults.push(error.stack))
    page.on('console', (entry) => ['error', 'warning'].includes(entry.type()) && visit.faults.push(entry.text()))
    let release
    const promise = new Promise((resolve) => (release = resolve))
    if (isHeld) await page.route('**/app.js?*', (route) => promise.then(() => route.continue()))
    if (answer) await page.route('**/api/products?*', (route) => route.fulfill(answer))
    await page.goto(server.url, { waitUntil: 'commit' })
    return { page, release }
  }
  visit.faults = []
  return visit
}

/** Whether the kept picture has these words. */
function keeps([key, words]) {
  return JSON.parse(localStorage.getItem(key))?.frame.flat(Infinity).includes(words)
}

/** Words, place and colour of each product, in the page or in its picture. */
function outlines(where) {
  return [...window[where].querySelectorAll('.item')].map((item) => {
    const { x, y, width, height } = item.getBoundingClientRect()
    const name = item.querySelector('.name')
    return [name.textContent, x, y, width, height, getComputedStyle(name).color, getComputedStyle(item).backgroundColor]
  })
}
