import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { chromium } from 'playwright-core'
import { build } from '../build.mjs'
import { startFixtureServer } from './fixture-server.mjs'

const FIXTURE = path.join(import.meta.dirname, 'fixture')
const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium'
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }
const CONFIG = { mode: 'test', storagePrefix: 'demo:', test: { name: 'anna', paymentUrl: '/api/payments' } }

test(
  'a customer clicks through the fixture',
  { skip: !fs.existsSync(CHROMIUM) && 'no Chromium', timeout: 60_000 },
  async (context) => {
    const shop = await open(context)
    const { page, seen, payments, faults } = shop
    const step = (name, run) => context.test(name, run)

    await step('the list is painted, prices are formatted by WXS', async () => {
      await seen('.item').nth(5).waitFor()
      assert.match(await seen('.item').first().innerText(), /¥88\.00[\s\S]*2023-11-/)
      await picture(page, '1-list')
    })
    await step('a choice filters, an empty one says so', async () => {
      await seen('.cat').nth(2).tap()
      await page.waitForFunction(() => window.__mp.data().list.length === 3)
      assert.equal(await seen('.cat.on').innerText(), '点心')
      await seen('.cat').nth(3).tap()
      await seen('.empty').waitFor()
      await seen('.cat').nth(0).tap()
      await page.waitForFunction(() => window.__mp.data().list.length === 6)
    })
    await step('a swiper tells where it is', async () => {
      await seen('wx-swiper-track').evaluate((track) => track.scrollBy({ left: track.clientWidth }))
      await page.waitForFunction(() => window.__mp.data().swiperAt === 1)
    })
    await step('a circular swiper goes on after its last item, and back before its first', async () => {
      const positions = []
      for (const steps of [1, 1, -1, -1]) {
        const before = await page.evaluate(() => window.__mp.data().swiperAt)
        await seen('wx-swiper-track').evaluate((track, way) => track.scrollBy({ left: way * track.clientWidth }), steps)
        await page.waitForFunction((was) => window.__mp.data().swiperAt !== was, before)
        positions.push(await page.evaluate(() => window.__mp.data().swiperAt))
      }
      assert.deepEqual(positions, [2, 0, 2, 1])
    })
    await step('a caught tap does not bubble, and sets the badge', async () => {
      await seen('.add').nth(1).tap()
      assert.equal(await page.evaluate(() => window.__mp.stack.length), 1)
      assert.equal(await page.locator('.mp-badge').innerText(), '1')
      await page.getByRole('status').waitFor()
    })
    await step('the event of a component bubbles to the page behind it', async () => {
      const [message] = await Promise.all([
        page.waitForEvent('console', (entry) => entry.text().includes('price tapped')),
        seen('price-tag').first().tap(),
      ])
      assert.match(message.text(), /8800/)
      await seen('.title').waitFor()
      assert.equal(await page.locator('.mp-nav-title').innerText(), '铁观音 250g')
    })
    await step('classes of a component are its own', async () => {
      const [name, colour] = await seen('[class$="--now"]').evaluate((node) => [
        node.className,
        getComputedStyle(node).color,
      ])
      assert.match(name, /^c\d+--now$/)
      assert.equal(colour, 'rgb(212, 56, 13)')
    })
    await step('rich text runs nothing', async () => {
      await seen('wx-rich-text p').nth(1).tap()
      assert.equal(await page.evaluate(() => window.pwned), undefined)
      assert.equal(await seen('wx-rich-text script, wx-rich-text [onclick], wx-rich-text [onerror]').count(), 0)
    })
    await step('fields of a form tell the page', async () => {
      assert.equal(await seen('wx-button.btn').getAttribute('disabled'), '')
      await seen('#n input').fill('王小明')
      await page.waitForFunction(() => window.__mp.data().name === '王小明')
      await page.getByLabel('数量').fill('3')
      await page.waitForFunction(() => window.__mp.data().total === '¥264.00')
      await seen('wx-radio-group wx-label').nth(1).tap()
      await page.waitForFunction(() => window.__mp.data().pack === '礼盒')
      await seen('wx-switch').tap()
      await page.waitForFunction(() => window.__mp.data().invoice === true)
      await seen('wx-picker').tap()
      await page.getByRole('dialog').getByText('自提').tap()
      await page.waitForFunction(() => window.__mp.data().ship === 1)
      await picture(page, '2-form')
    })
    await step('an order is placed and paid', async () => {
      await seen('wx-button.btn').tap()
      await page.getByRole('dialog').getByText('支付', { exact: true }).tap()
      await page.getByRole('dialog').getByText('NO000001').waitFor()
      assert.deepEqual(
        payments.map((payment) => payment.package),
        ['prepay_id=NO000001'],
      )
      await picture(page, '3-paid')
      await page.getByRole('dialog').getByText('确定').tap()
      await seen('.order').waitFor()
      assert.equal(await seen('.order').innerText(), 'NO000001 · 铁观音 250g × 3 · 礼盒 · 要发票')
    })
    await step('a phone number comes as a code that says it is simulated', async () => {
      await page.getByText('绑定手机').tap()
      await page.waitForFunction(() => window.__mp.data().phone === 'sim:anna')
    })
    await step('a canvas gives its node, and a map says it is not there', async () => {
      const size = await page.evaluate(
        () =>
          new Promise((resolve) => {
            window.wx
              .createSelectorQuery()
              .select('#seal')
              .fields({ node: true, size: true })
              .exec(([{ node, width }]) => resolve([typeof node.getContext, width]))
          }),
      )
      assert.deepEqual(size, ['function', 52])
      const text = await seen('wx-map').evaluate((node) => getComputedStyle(node, '::after').content)
      assert.equal(text, '"<map> 在浏览器中不可用"')
      await picture(page, '4-mine')
    })
    await step('a picture is drawn, measured, uploaded and saved', async () => {
      const drawn = await page.evaluate(async () => {
        const { wx } = window
        const found = await new Promise((resolve) =>
          wx.createSelectorQuery().select('#seal').fields({ node: true }).exec(resolve),
        )
        const canvas = Object.assign(found[0].node, { width: 100, height: 80 })
        const image = canvas.createImage()
        await new Promise((resolve, reject) => Object.assign(image, { onload: resolve, onerror: reject, src: '/images/home.png' }))
        canvas.getContext('2d').drawImage(image, 0, 0)
        const { tempFilePath } = await wx.canvasToTempFilePath({ canvas, width: 50, height: 40, destWidth: 25, destHeight: 20 })
        const { width, height, type } = await wx.getImageInfo({ src: tempFilePath })
        const progress = []
        const task = wx.uploadFile({ url: '/api/files', filePath: tempFilePath, name: 'file' })
        task.onProgressUpdate((detail) => progress.push(detail.progress))
        const { statusCode, data } = await task
        return { tempFilePath, size: [width, height, type], progress, statusCode, hasBytes: JSON.parse(data).bytes > 100 }
      })
      const { tempFilePath, ...rest } = drawn
      assert.deepEqual(rest, { size: [25, 20, 'png'], progress: [100], statusCode: 201, hasBytes: true })
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.evaluate((filePath) => window.wx.saveImageToPhotosAlbum({ filePath }), tempFilePath),
      ])
      assert.equal(download.suggestedFilename(), '图片.png')
    })
    await step('pictures are previewed, and closed by a button', async () => {
      await page.evaluate(() => window.wx.previewMedia({ sources: [{ url: '/images/home.png' }, { url: '/x.mp4', type: 'video' }], current: 1 }))
      const dialog = page.getByRole('dialog', { name: '预览' })
      await dialog.locator('video').waitFor()
      await page.waitForFunction(() => document.querySelector('.mp-preview .mp-panel').scrollLeft > 300)
      await page.getByRole('button', { name: '关闭' }).tap()
      await dialog.waitFor({ state: 'detached' })
      faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes('404')))
    })
    await step('a page of the sub-package measures itself, and goes back', async () => {
      await page.getByText('关于', { exact: true }).tap()
      await page.waitForFunction(() => window.__mp.data().h > 0)
      assert.equal(await page.evaluate(() => window.__mp.data().h), Math.round((248 * 390) / 750))
      await page.getByRole('button', { name: '返回' }).tap()
      await page.waitForFunction(() => window.__mp.stack.length === 1)
    })
    await step('a tab is found as it was left', async () => {
      await page.getByRole('navigation').getByText('首页').tap()
      assert.equal(await page.getByRole('navigation').locator('[aria-current="page"]').innerText(), '首页')
      assert.match(await seen('.foot').innerText(), /购物车 1 件/)
    })
    await step('the browser goes back and forward, and finds the page again after a reload', async () => {
      await seen('.name').nth(1).tap()
      await seen('.title').waitFor()
      await page.goBack()
      await seen('.grid').waitFor()
      assert.equal(await page.evaluate(() => window.__mp.stack.length), 1)
      await page.goForward()
      await seen('.title').waitFor()
      await page.reload()
      await seen('.title').waitFor()
      assert.equal(await seen('.title').innerText(), '凤凰单丛 100g')
      await page.getByRole('button', { name: '返回' }).tap()
      await seen('.grid').waitFor()
      await page.waitForFunction(() => location.hash === '#/pages/index/index')
    })
    await step('going back closes a dialog first', async () => {
      await page.evaluate(() => void window.wx.showModal({ title: '问' }))
      await page.getByRole('dialog').waitFor()
      await page.goBack()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      assert.equal(await page.evaluate(() => window.__mp.top().path), 'pages/index/index')
    })
    await step('a tap does not reach the dialog that it opens', async () => {
      await page.evaluate(() => void window.wx.showModal({ title: '问' }))
      const button = await page.getByRole('dialog').getByText('确定').boundingBox()
      await page.getByRole('dialog').getByText('取消').tap()
      await curtain(page, true)
      await tapAt(page, button)
      await page.getByRole('dialog').getByText('取消').tap()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    })
    await step('a tap does not fall through what it takes away', async () => {
      await curtain(page, false)
      await tapAt(page, await page.getByRole('navigation').getByText('我的').boundingBox())
      assert.equal(await page.locator('#curtain').count(), 0)
      assert.equal(await page.evaluate(() => window.__mp.top().path), 'pages/index/index')
    })
    await step('an address opens its page', async () => {
      await page.goto(shop.url + '#/pages/detail/detail?id=3')
      await page.reload()
      await seen('.title').waitFor()
      assert.equal(await seen('.title').innerText(), '绿豆糕礼盒')
      await page.getByRole('button', { name: '首页' }).waitFor()
    })
    await step('bars are as high as WeChat draws them', async () => {
      const heights = await page.evaluate(() =>
        ['.mp-nav', '.mp-stack'].map((selector) => document.querySelector(selector).offsetHeight),
      )
      assert.deepEqual(heights, [44, 800])
    })
    await step('a wide screen shows a phone in its middle', async () => {
      await page.setViewportSize({ width: 1280, height: 900 })
      const frame = await page.locator('#mp').boundingBox()
      assert.deepEqual([frame.x, frame.width, frame.height], [445, 390, 844])
      await picture(page, '5-wide')
    })
    await step('the console stayed silent', () => assert.deepEqual(faults, []))
  },
)

async function open(context) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mpweb-'))
  const { failed } = await build(FIXTURE, folder)
  assert.equal(failed, false)
  const server = await startFixtureServer(folder, CONFIG)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  context.after(async () => {
    await browser.close()
    server.close()
    fs.rmSync(folder, { recursive: true })
  })
  const page = await (await browser.newContext(PHONE)).newPage()
  page.setDefaultTimeout(8000)
  const faults = []
  page.on('pageerror', (error) => faults.push(error.stack))
  page.on('console', (entry) => {
    if (['error', 'warning'].includes(entry.type()) && !isSanitising(entry.text())) faults.push(entry.text())
  })
  await page.addInitScript(() => window.addEventListener('click', () => (window.clicks += 1), true))
  await page.goto(server.url)
  return { ...server, page, faults, seen: (selector) => page.locator(`.mp-view:not([hide]) ${selector}`) }
}

/** The browser tells of handlers in rich text while DOMPurify reads them, before they are gone. */
function isSanitising(text) {
  return text.startsWith('Executing inline event handler violates')
}

/** Covers everything; a tap on it opens a dialog at once, or takes it away. */
async function curtain(page, opensDialog) {
  await page.evaluate((opens) => {
    const node = document.createElement('div')
    node.id = 'curtain'
    node.style.cssText = 'position: fixed; inset: 0; z-index: 45'
    node.addEventListener('touchend', () => (opens ? window.wx.showModal({ title: '问' }) : node.remove()))
    document.body.append(node)
  }, opensDialog)
}

/** Taps, and waits for the click that the browser makes of it. */
async function tapAt(page, { x, y, width, height }) {
  await page.evaluate(() => void (window.clicks = 0))
  await page.touchscreen.tap(x + width / 2, y + height / 2)
  await page.waitForFunction(() => window.clicks === 1)
  await page.evaluate(() => document.querySelector('#curtain')?.remove())
}

/** Keeps a picture where MPWEB_PICTURES names a folder. */
async function picture(page, name) {
  const folder = process.env.MPWEB_PICTURES
  if (folder) await page.screenshot({ path: path.join(folder, name + '.png') })
}
