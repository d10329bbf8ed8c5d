import assert from 'node:assert/strict'
import path from 'node:path'
import test from 'node:test'
import { cashierAddress } from '../runtime/adapters/h5-payment.js'
import { closeMiniProgram, loadMiniProgram, plain, waitFor } from '../testing.js'

const FIXTURE = path.join(import.meta.dirname, 'fixture')
const PRODUCT = { id: 1, name: '铁观音', price: 8800, was: 12800, ts: 0, images: [], html: '' }

async function load(context, options = {}) {
  const answer = (url) =>
    url.includes('/home') ? { banners: [] } : url.includes('/login') ? { token: 't' } : { results: [PRODUCT] }
  const window = await loadMiniProgram(FIXTURE, { answer, ...options })
  context.after(() => closeMiniProgram(window))
  return window
}

test('a component computes, formats by WXS and tells what was tapped', async (context) => {
  const { __mp } = await load(context)
  const mounted = __mp.mount('components/price-tag/price-tag', { now: 8800, was: 12800 })
  mounted.listen('pricetap')
  assert.equal(mounted.instance.data.off, '6.9')
  assert.match(mounted.element.textContent, /¥88\.00¥128\.006\.9折/)
  mounted.tap('[class$="--price"]')
  assert.deepEqual(plain(mounted.events), [{ name: 'pricetap', detail: { now: 8800 } }])
  mounted.set({ was: 0 })
  assert.equal(mounted.instance.data.off, '')
})

test('the first page loads its list', async (context) => {
  const { __mp } = await load(context)
  await waitFor(() => __mp.data().list.length === 1)
  assert.equal(__mp.data().list[0].name, '铁观音')
})

test('a page is opened with its query and a tab cannot be pushed', async (context) => {
  const { wx, getCurrentPages } = await load(context)
  await wx.navigateTo({ url: '/packageA/about/about?from=a%20b' })
  assert.deepEqual(plain(getCurrentPages().map((page) => page.route)), ['pages/index/index', 'packageA/about/about'])
  assert.equal(getCurrentPages()[1].options.from, 'a b')
  await assert.rejects(wx.navigateTo({ url: '/pages/mine/mine' }), {
    errMsg: 'navigateTo:fail can not navigateTo a tabbar page',
  })
  await assert.rejects(wx.navigateTo({ url: '/pages/none/none' }), {
    errMsg: 'navigateTo:fail page "pages/none/none" is not found',
  })
  assert.equal(getCurrentPages().length, 2)
})

test('tabs stay alive and the bar names the current one', async (context) => {
  const { wx, __mp, document } = await load(context)
  const first = __mp.top()
  await wx.switchTab({ url: '/pages/mine/mine' })
  assert.equal(document.querySelector('nav [aria-current="page"]').textContent, '我的')
  await wx.switchTab({ url: '/pages/index/index' })
  assert.equal(__mp.top(), first)
})

test('a page is hidden once, and released when it is left for good', async (context) => {
  const { wx, __mp } = await load(context)
  const seen = []
  const watch = (page) => {
    for (const name of ['onShow', 'onHide', 'onUnload']) {
      const original = page.instance[name]
      page.instance[name] = (...details) => (seen.push(`${page.path} ${name}`), original?.apply(page.instance, details))
    }
  }
  watch(__mp.top())
  await wx.navigateTo({ url: '/packageA/about/about' })
  watch(__mp.top())
  await wx.switchTab({ url: '/pages/index/index' })
  assert.deepEqual(seen, ['pages/index/index onHide', 'packageA/about/about onUnload', 'pages/index/index onShow'])
  await assert.rejects(wx.navigateBack(), { errMsg: 'navigateBack:fail cannot navigate back at first page' })
  await wx.reLaunch({ url: '/packageA/about/about' })
  assert.deepEqual(seen.slice(3), ['pages/index/index onUnload'])
})

test('pages that know each other talk over a channel', async (context) => {
  const { wx, __mp } = await load(context)
  const heard = []
  const { eventChannel } = await wx.navigateTo({
    url: '/packageA/about/about',
    events: { chosen: (detail) => heard.push(detail) },
  })
  const channel = __mp.top().instance.getOpenerEventChannel()
  channel.on('greeting', (detail) => heard.push(detail))
  channel.emit('chosen', 1)
  eventChannel.emit('greeting', 2)
  assert.deepEqual(heard, [1, 2])
})

test('pulling down refreshes until the page says it is done', async (context) => {
  const { wx, __mp } = await load(context)
  const page = __mp.top()
  let refreshed = 0
  page.instance.onPullDownRefresh = () => (refreshed += 1)
  await wx.startPullDownRefresh()
  await wx.startPullDownRefresh()
  assert.deepEqual([refreshed, page.view.hasAttribute('refreshing')], [1, true])
  await wx.stopPullDownRefresh()
  assert.equal(page.view.hasAttribute('refreshing'), false)
})

test('what only WeChat can do fails without an adapter', async (context) => {
  const { wx } = await load(context, { config: { mode: 'preview' } })
  for (const name of ['requestPayment', 'chooseInvoice', 'chooseLocation', 'requestMerchantTransfer']) {
    await assert.rejects(wx[name]({}), { errMsg: `${name}:fail not supported` })
  }
})

test('the preview logs in with its ticket, and pays trial orders with nothing', async (context) => {
  const calls = []
  const answer = (url, init) => (url.endsWith('sandbox-pay') && calls.push([url, init.body, init.credentials]), {})
  const config = { mode: 'preview', ext: { api: '/api/v1' }, preview: { ticket: 'signed' } }
  const { wx, document } = await load(context, { answer, config })
  assert.deepEqual(plain(await wx.login()), { errMsg: 'login:ok', code: 'signed' })
  const { cityName, telNumber } = await wx.chooseAddress()
  assert.deepEqual([cityName, telNumber], ['杭州市', '13800138000'])
  assert.deepEqual(plain(await wx.requestSubscribeMessage({ tmplIds: ['a'] })), {
    errMsg: 'requestSubscribeMessage:ok',
    a: 'accept',
  })
  const refused = wx.requestPayment({ sandbox: 'code', number: '7' })
  const cancel = await waitFor(() => document.querySelector('.mp-modal-cancel'))
  cancel.click()
  await assert.rejects(refused, { errMsg: 'requestPayment:fail cancel' })
  assert.deepEqual(calls, [])
  const payment = wx.requestPayment({ sandbox: 'code', number: '7' })
  const confirm = await waitFor(() => document.querySelector('.mp-modal-confirm'))
  confirm.click()
  assert.equal((await payment).errMsg, 'requestPayment:ok')
  assert.deepEqual(calls, [['/api/v1/orders/7/sandbox-pay', '{"code":"code"}', 'omit']])
})

test('the test adapters answer with codes that say so', async (context) => {
  const { wx } = await load(context, { config: { mode: 'test', test: { name: 'anna' } } })
  assert.deepEqual(plain(await wx.login()), { errMsg: 'login:ok', code: 'sim:anna' })
  await assert.rejects(wx.chooseAddress(), { errMsg: 'chooseAddress:fail config.test.address is not set' })
})

test('a payment is asked for and told to the server', async (context) => {
  const calls = []
  const answer = (url, init) => (calls.push([url, init.method, init.body]), {})
  const { wx, document } = await load(context, { answer, config: { mode: 'test', test: { paymentUrl: '/pay' } } })
  const payment = wx.requestPayment({ package: 'prepay_id=1', nonceStr: 'n', timeStamp: '1' })
  const dialog = await waitFor(() => document.querySelector('[role="dialog"]'))
  dialog.querySelector('.mp-modal-confirm').click()
  assert.equal((await payment).errMsg, 'requestPayment:ok')
  assert.deepEqual(calls.at(-1), ['/pay', 'POST', '{"package":"prepay_id=1","nonceStr":"n","timeStamp":"1"}'])
  const refused = wx.requestPayment({})
  const cancel = await waitFor(() => document.querySelector('.mp-modal-cancel'))
  cancel.click()
  await assert.rejects(refused, { errMsg: 'requestPayment:fail cancel' })
})

test('the way back from a cashier is a page of the mini-program, whole and escaped', () => {
  const here = 'http://shop.test:8000/h5/?from=a#/pages/me/me'
  const address = cashierAddress('https://pay.test/p?id=1', '/packages/order/result/result?number=1&outcome=RETURNED', here)
  assert.ok(address.startsWith('https://pay.test/p?id=1&redirect_url=http%3A%2F%2Fshop.test'))
  const back = new URL(address).searchParams.get('redirect_url')
  assert.equal(back, 'http://shop.test:8000/h5/?from=a#/packages/order/result/result?number=1&outcome=RETURNED')
})

test('the browser leaves for nothing but a page of a cashier', () => {
  for (const cashier of ['', undefined, 'javascript:alert(1)', 'data:text/html,x', '//pay.test/p?id=1', 'weixin://wxpay/x'])
    assert.throws(() => cashierAddress(cashier, '/pages/me/me', 'http://shop.test/h5/'), /not supported/)
})

test('requests carry no cookies, time out, can be aborted and come ten at once', async (context) => {
  const open = []
  const answer = (url, init) =>
    url.startsWith('/slow') ? new Promise((resolve) => open.push({ resolve, init })) : { ok: 1 }
  const { wx } = await load(context, { answer })
  assert.deepEqual(plain((await wx.request({ url: '/fast', data: { a: 1 } })).data), { ok: 1 })
  await assert.rejects(wx.request({ url: '/slow', timeout: 10 }), { errMsg: 'request:fail timeout' })
  const task = wx.request({ url: '/slow' })
  await waitFor(() => open.length === 2)
  task.abort()
  await assert.rejects(task, { errMsg: 'request:fail abort' })
  assert.equal(open[0].init.credentials, 'omit')
  open.length = 0
  const many = Array.from({ length: 12 }, () => wx.request({ url: '/slow' }))
  await waitFor(() => open.length === 10)
  open.splice(0).forEach(({ resolve }) => resolve({}))
  await waitFor(() => open.length === 2)
  open.forEach(({ resolve }) => resolve({}))
  await Promise.all(many)
})

test('addresses of requests are rewritten by the configuration', async (context) => {
  const urls = []
  const config = { mode: 'test', rewrites: [['https://shop.example', '/t/shop']] }
  const { wx } = await load(context, { answer: (url) => (urls.push(url), {}), config })
  await wx.request({ url: 'https://shop.example/api/x' })
  assert.equal(urls.at(-1), '/t/shop/api/x')
})

test('storage keeps to its prefix', async (context) => {
  const { wx, localStorage } = await load(context, { config: { mode: 'test', storagePrefix: 'shop1:' } })
  localStorage.setItem('shop2:a', '"other"')
  wx.clearStorageSync()
  wx.setStorageSync('a', { b: 1 })
  assert.equal(localStorage.getItem('shop1:a'), '{"b":1}')
  assert.deepEqual(plain(wx.getStorageInfoSync().keys), ['a'])
  wx.clearStorageSync()
  assert.equal(wx.getStorageSync('a'), '')
  assert.equal(localStorage.getItem('shop2:a'), '"other"')
  await assert.rejects(wx.getStorage({ key: 'a' }), { errMsg: 'getStorage:fail data not found' })
})

test('ext configuration comes from the server', async (context) => {
  const { wx } = await load(context, { config: { ext: { shop: 'tea' } } })
  assert.deepEqual(plain(wx.getExtConfigSync()), { shop: 'tea' })
})

test('callbacks replace the promise, in the order of WeChat', async (context) => {
  const { wx } = await load(context)
  const seen = []
  const returned = wx.setNavigationBarTitle({
    title: 'x',
    success: () => seen.push('success'),
    complete: () => seen.push('complete'),
  })
  assert.equal(returned, undefined)
  await waitFor(() => seen.length === 2)
  assert.deepEqual(seen, ['success', 'complete'])
})

test('toasts are status, dialogs close on Escape', async (context) => {
  const { wx, document, KeyboardEvent } = await load(context)
  await wx.showToast({ title: '好' })
  assert.equal(document.querySelector('[role="status"]').textContent, '✓好')
  await wx.hideToast()
  assert.equal(document.querySelector('[role="status"]'), null)
  const modal = wx.showModal({ title: '删除？' })
  const dialog = await waitFor(() => document.querySelector('[role="dialog"]'))
  assert.equal(dialog.getAttribute('aria-label'), '删除？')
  dialog.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  assert.equal((await modal).cancel, true)
})

test('pictures of the package are found below the address of the assets', async (context) => {
  const { wx, document } = await load(context, { config: { assetBase: '/preview/tea/' } })
  await wx.showToast({ title: '好', image: '/images/home.png' })
  assert.equal(document.querySelector('[role="status"] img').src, 'http://127.0.0.1/preview/tea/images/home.png')
  await wx.showToast({ title: '好', image: 'https://cdn.example/a.png' })
  assert.equal(document.querySelector('[role="status"] img').src, 'https://cdn.example/a.png')
})

test('an upload tells how far it is, and can be stopped', async (context) => {
  const window = await load(context)
  const requests = []
  window.XMLHttpRequest = class extends window.EventTarget {
    upload = new window.EventTarget()
    headers = {}
    status = 201
    responseText = '{}'
    open = (method, url) => (this.address = `${method} ${url}`)
    setRequestHeader = (name, value) => (this.headers[name] = value)
    send = (body) => requests.push(Object.assign(this, { body }))
    abort = () => this.dispatchEvent(new window.Event('abort'))
  }
  const file = new window.Blob(['12345678'])
  const tell = (target, name, more) => target.dispatchEvent(Object.assign(new window.Event(name), more))
  window.URL.createObjectURL = () => 'blob:1'
  window.HTMLInputElement.prototype.click = function click() {
    Object.defineProperty(this, 'files', { value: [file] })
    this.dispatchEvent(new window.Event('change'))
  }
  const { tempFiles } = await window.wx.chooseMedia({ count: 1 })
  const start = () => {
    const task = window.wx.uploadFile({ url: '/u', filePath: tempFiles[0].tempFilePath, name: 'f', header: { a: 'b' } })
    const seen = []
    task.onProgressUpdate((detail) => seen.push(plain(detail)))
    return { task, seen }
  }
  const { task, seen } = start()
  const request = await waitFor(() => requests[0])
  assert.deepEqual([request.address, request.headers], ['POST /u', { a: 'b' }])
  tell(request.upload, 'progress', { loaded: 4, total: 8 })
  tell(request.upload, 'progress', { loaded: 8, total: 8 })
  tell(request, 'load')
  assert.deepEqual(plain(await task), { errMsg: 'uploadFile:ok', data: '{}', statusCode: 201 })
  assert.deepEqual(
    seen.map(({ progress, totalBytesSent }) => [progress, totalBytesSent]),
    [
      [50, 4],
      [100, 8],
    ],
  )
  const stopped = start()
  await waitFor(() => requests[1])
  stopped.task.abort()
  await assert.rejects(stopped.task, { errMsg: 'uploadFile:fail abort' })
  assert.deepEqual(stopped.seen, [])
})

test('a socket speaks over WebSocket', async (context) => {
  const window = await load(context)
  const sent = []
  window.WebSocket = class extends window.EventTarget {
    static OPEN = 1
    readyState = 1
    send = (data) => sent.push(data)
    close = () => this.dispatchEvent(Object.assign(new window.Event('close'), { code: 1000, reason: '' }))
  }
  const task = window.wx.connectSocket({ url: 'ws://127.0.0.1/' })
  const closed = []
  task.onClose(({ code }) => closed.push(code))
  await task.send({ data: 'hello' })
  await task.close({})
  assert.deepEqual([sent, closed], [['hello'], [1000]])
})
