import assert from 'node:assert/strict'
import path from 'node:path'
import test from 'node:test'
import { closeMiniProgram, loadMiniProgram, plain, waitFor } from '../testing.js'

const FIXTURE = path.join(import.meta.dirname, 'fixture')
const ABOUT = '/packageA/about/about'

async function load(context, options = {}) {
  const answer = (url) => (url.includes('/home') ? { banners: [] } : { results: [] })
  const window = await loadMiniProgram(FIXTURE, { answer, ...options })
  context.after(() => closeMiniProgram(window))
  const urls = () => plain(window.__mp.stack.map(({ url }) => url))
  const settled = () => waitFor(() => window.location.hash === '#/' + window.__mp.top().url)
  const travel = async (steps) => {
    await new Promise((resolve) => {
      window.addEventListener('popstate', resolve, { once: true })
      window.history.go(steps)
    })
    await settled()
  }
  return { window, wx: window.wx, urls, settled, travel, hash: () => window.location.hash }
}

test('the back button of the browser goes back as the arrow does', async (context) => {
  const { window, wx, urls, travel, hash } = await load(context)
  const first = window.__mp.top()
  await wx.navigateTo({ url: ABOUT + '?from=1' })
  await wx.navigateTo({ url: ABOUT + '?from=2' })
  assert.equal(hash(), '#/packageA/about/about?from=2')
  let unloaded = 0
  window.__mp.top().instance.onUnload = () => (unloaded += 1)
  await travel(-1)
  assert.deepEqual(urls(), ['pages/index/index', 'packageA/about/about?from=1'])
  assert.equal(unloaded, 1)
  await travel(-1)
  assert.equal(window.__mp.top(), first)
  assert.equal(window.document.querySelector('.mp-nav-back').hidden, true)
})

test('going back from the page takes the history along', async (context) => {
  const { window, wx, urls, settled, travel } = await load(context)
  for (const from of [1, 2, 3]) await wx.navigateTo({ url: `${ABOUT}?from=${from}` })
  const { length } = window.history
  await wx.navigateBack({ delta: 2 })
  await settled()
  assert.deepEqual(urls(), ['pages/index/index', 'packageA/about/about?from=1'])
  await travel(-1)
  assert.deepEqual(urls(), ['pages/index/index'])
  assert.equal(window.history.length, length)
})

test('a page opened while the browser still travels gets its entry', async (context) => {
  const { wx, urls, settled, travel } = await load(context)
  await wx.navigateTo({ url: ABOUT + '?from=1' })
  wx.navigateBack()
  await wx.navigateTo({ url: ABOUT + '?from=2' })
  await settled()
  assert.deepEqual(urls(), ['pages/index/index', 'packageA/about/about?from=2'])
  await travel(-1)
  assert.deepEqual(urls(), ['pages/index/index'])
})

test('forward opens the page again', async (context) => {
  const { window, wx, urls, travel } = await load(context)
  const first = window.__mp.top()
  await wx.navigateTo({ url: ABOUT + '?from=1' })
  await travel(-1)
  await travel(1)
  assert.deepEqual(urls(), ['pages/index/index', 'packageA/about/about?from=1'])
  assert.equal(window.__mp.stack[0], first)
  assert.equal(window.__mp.top().instance.options.from, '1')
})

test('forward over several entries opens the last, the others when one goes back to them', async (context) => {
  const { wx, urls, settled, travel } = await load(context)
  await wx.navigateTo({ url: ABOUT + '?from=1' })
  await wx.navigateTo({ url: ABOUT + '?from=2' })
  await travel(-2)
  await travel(2)
  assert.deepEqual(urls(), ['packageA/about/about?from=2'])
  await wx.navigateBack()
  await settled()
  assert.deepEqual(urls(), ['packageA/about/about?from=1'])
})

test('redirectTo replaces the entry, a tab and a new start leave one', async (context) => {
  const { window, wx, urls, settled, travel } = await load(context)
  await wx.navigateTo({ url: ABOUT + '?from=1' })
  const { length } = window.history
  await wx.redirectTo({ url: '/pages/detail/detail?id=1' })
  assert.equal(window.history.length, length)
  await travel(-1)
  assert.deepEqual(urls(), ['pages/index/index'])
  await wx.navigateTo({ url: ABOUT + '?from=1' })
  await wx.switchTab({ url: '/pages/mine/mine' })
  await settled()
  assert.deepEqual(plain(window.history.state.trail.map(({ url }) => url)), ['pages/mine/mine'])
  await wx.navigateTo({ url: ABOUT + '?from=2' })
  await wx.reLaunch({ url: ABOUT + '?from=3' })
  await settled()
  assert.deepEqual(plain(window.history.state.trail.map(({ url }) => url)), ['packageA/about/about?from=3'])
  await assert.rejects(wx.navigateBack(), { errMsg: 'navigateBack:fail cannot navigate back at first page' })
})

test('back closes a dialog first, and the page stays', async (context) => {
  const { window, wx, urls, travel } = await load(context)
  await wx.navigateTo({ url: ABOUT + '?from=1' })
  const modal = wx.showModal({ title: '删除？' })
  await waitFor(() => window.document.querySelector('[role="dialog"]'))
  await travel(-1)
  assert.equal((await modal).cancel, true)
  assert.equal(window.document.querySelector('[role="dialog"]'), null)
  assert.equal(urls().length, 2)
  await travel(-1)
  assert.deepEqual(urls(), ['pages/index/index'])
})

test('a dialog that is answered leaves nothing in the way back', async (context) => {
  const { window, wx, urls, settled, travel } = await load(context)
  const modal = wx.showModal({ title: '去看看？' })
  const confirm = await waitFor(() => window.document.querySelector('.mp-modal-confirm'))
  confirm.click()
  await modal
  await wx.navigateTo({ url: ABOUT + '?from=1' })
  await settled()
  await travel(-1)
  assert.deepEqual(urls(), ['pages/index/index'])
})

test('a page that opens under a dialog takes its entry', async (context) => {
  const { window, wx, urls, travel } = await load(context)
  wx.showModal({ title: '？' })
  await waitFor(() => window.document.querySelector('[role="dialog"]'))
  await wx.navigateTo({ url: ABOUT + '?from=1' })
  window.document.querySelector('.mp-modal-confirm').click()
  assert.deepEqual(urls(), ['pages/index/index', 'packageA/about/about?from=1'])
  await travel(-1)
  assert.deepEqual(urls(), ['pages/index/index'])
})

test('a typed address opens its page', async (context) => {
  const { window, urls, travel } = await load(context)
  window.location.hash = '#/packageA/about/about?from=typed'
  await waitFor(() => urls()[0] === 'packageA/about/about?from=typed')
  assert.equal(urls().length, 1)
  await travel(-1)
  assert.deepEqual(urls(), ['pages/index/index'])
  window.location.hash = '#/pages/none/none'
  await waitFor(() => window.location.hash === '#/pages/index/index')
  assert.deepEqual(urls(), ['pages/index/index'])
})
