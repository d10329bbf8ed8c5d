import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { waitFor } from '../testing.js'
import { show } from './shows.mjs'

test('a form hands over and resets its fields', async (context) => {
  const fields =
    '<input name="a" value="x" /><switch name="b" checked /><checkbox-group name="c"><checkbox value="1" checked /><checkbox value="2" /></checkbox-group><slider name="d" value="7" />'
  const { seen, tap } = await show(
    context,
    `<form *>${fields}<button id="ok" form-type="submit" /><button id="no" form-type="reset" /></form>`,
  )
  tap('#ok')
  assert.deepEqual(seen(), [['submit', { a: 'x', b: true, c: ['1'], d: 7 }]])
  tap('#no')
  tap('#ok')
  assert.deepEqual(seen().at(-1), ['submit', { a: '', b: false, c: [], d: 0 }])
})

test('a disabled button does nothing', async (context) => {
  const { seen, tap } = await show(context, '<form *><button id="ok" disabled form-type="submit" /></form>')
  tap('#ok')
  assert.deepEqual(seen(), [])
})

test('one radio of a group is checked, a label toggles its field', async (context) => {
  const { seen, tap, query } = await show(
    context,
    '<radio-group *><radio value="a" checked /><label id="label"><radio value="b" /><text id="text">b</text></label></radio-group>',
  )
  tap('#text')
  assert.deepEqual(seen(), [['change', 'b']])
  assert.equal(query('wx-radio').__wxElement.data.checked, false)
})

test('a touch on the padding of a field is one on the field', async (context) => {
  const { query, window } = await show(context, '<textarea * auto-height />')
  assert.notEqual(window.document.activeElement, query('textarea'))
  query('wx-textarea').click()
  assert.equal(window.document.activeElement, query('textarea'))
})

test('typing tells the value, Enter confirms', async (context) => {
  const { seen, query, window } = await show(context, '<input * aria-label="名字" />')
  const input = query('input')
  assert.equal(input.getAttribute('aria-label'), '名字')
  input.value = '茶'
  input.dispatchEvent(new window.Event('input', { bubbles: true }))
  input.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  assert.deepEqual(seen(), [
    ['input', '茶'],
    ['confirm', '茶'],
  ])
})

test('a picker of several columns tells each turn, and its cancel', async (context) => {
  const { seen, tap, window } = await show(
    context,
    `<picker id="p" * mode="multiSelector" range="{{[['a', 'b'], ['c', 'd']]}}"><view>x</view></picker>`,
  )
  tap('#p')
  const { document } = window
  const select = await waitFor(() => document.querySelector('[role="dialog"] select'))
  select.value = '1'
  select.dispatchEvent(new window.Event('change'))
  document.querySelector('.mp-sheet-confirm').click()
  await waitFor(() => seen().length === 2)
  assert.deepEqual(seen(), [
    ['columnchange', 1],
    ['change', [1, 0]],
  ])
  tap('#p')
  ;(await waitFor(() => document.querySelector('.mp-sheet-cancel'))).click()
  await waitFor(() => seen().length === 3)
  assert.equal(seen()[2][0], 'cancel')
})

test('a region is chosen of the known provinces and cities, its district is written', async (context) => {
  const { seen, tap, window } = await show(
    context,
    `<picker id="p" mode="region" value="{{['浙江省', '杭州市', '西湖区']}}" *>x</picker>`,
  )
  const { document, Event } = window
  tap('#p')
  await waitFor(() => document.querySelector('.mp-sheet'))
  const [province, city] = document.querySelectorAll('.mp-sheet select')
  const district = document.querySelector('.mp-sheet input')
  assert.deepEqual([province.value, city.value, district.value], ['浙江省', '杭州市', '西湖区'])
  province.value = '广东省'
  province.dispatchEvent(new Event('change'))
  city.value = '深圳市'
  district.value = ' 南山区 '
  document.querySelector('.mp-sheet-confirm').click()
  await waitFor(() => seen().length)
  assert.deepEqual(seen(), [['change', ['广东省', '深圳市', '南山区']]])
})

test('the regions are those of the back end', (context) => {
  const [own, others] = ['../runtime/overlays/regions.txt', '../../../shop/members/regions.txt'].map((file) =>
    path.join(import.meta.dirname, file),
  )
  if (!fs.existsSync(others)) return context.skip('no back end')
  return assert.equal(fs.readFileSync(own, 'utf8'), fs.readFileSync(others, 'utf8'))
})

test('a city that the list does not know stays', async (context) => {
  const { seen, tap, window } = await show(
    context,
    `<picker id="p" mode="region" level="city" value="{{['某省', '某市']}}" *>x</picker>`,
  )
  tap('#p')
  const confirm = await waitFor(() => window.document.querySelector('.mp-sheet-confirm'))
  assert.equal(window.document.querySelector('.mp-sheet input'), null)
  confirm.click()
  await waitFor(() => seen().length)
  assert.deepEqual(seen(), [['change', ['某省', '某市']]])
})

test('page-meta sets the colours of its own page', async (context) => {
  const { query, window } = await show(
    context,
    `<page-meta page-style="--theme: {{seen.length ? 'red' : 'blue'}}; padding: 1rpx" root-font-size="{{seen.length ? '' : '20px'}}" background-color="#eeeeee" /><view>x</view>`,
  )
  const { instance, view } = window.__mp.top()
  const root = window.document.documentElement
  const style = () => query('wx-page').style
  assert.equal(style().getPropertyValue('--theme').trim(), 'blue')
  assert.equal(query('wx-page').getAttribute('style').includes('calc(1 * var(--rpx))'), true)
  assert.deepEqual([root.style.fontSize, view.style.backgroundColor], ['20px', 'rgb(238, 238, 238)'])
  await window.wx.navigateTo({ url: '/packageA/about/about' })
  assert.equal(root.style.fontSize, '')
  assert.equal(window.__mp.top().scroller.style.cssText, '')
  await window.wx.navigateBack()
  assert.equal(root.style.fontSize, '20px')
  instance.setData({ seen: [1] })
  assert.deepEqual([style().getPropertyValue('--theme').trim(), root.style.fontSize], ['red', ''])
})

function touch(window, node, name, clientY) {
  const point = [{ clientY, clientX: 0, identifier: 0 }]
  node.dispatchEvent(Object.assign(new window.Event(name, { bubbles: true }), { touches: point, changedTouches: point }))
}

test('pulling a page down shows how far, and refreshes it', async (context) => {
  const json = { enablePullDownRefresh: true }
  const { query, window } = await show(context, '<view id="v">x</view><view id="d" aria-role="dialog">y</view>', { json })
  const { instance, view } = window.__mp.top()
  let refreshed = 0
  instance.onPullDownRefresh = () => (refreshed += 1)
  const pull = (selector, pixels) =>
    ['touchstart', 'touchmove', 'touchend'].map((name, index) => {
      touch(window, query(selector), name, index ? 100 + pixels : 100)
      return [view.hasAttribute('pulled'), view.style.getPropertyValue('--pull')]
    })
  assert.deepEqual(pull('#v', 40)[1], [true, '20px'])
  assert.equal(refreshed, 0)
  assert.equal(pull('#d', 200)[1][0], false)
  assert.equal(refreshed, 0)
  assert.deepEqual(pull('#v', 200).at(-1), [false, '0px'])
  assert.deepEqual([refreshed, view.hasAttribute('refreshing')], [1, true])
})

test('the end of a page too short to scroll is reached by the attempt', async (context) => {
  const { query, window } = await show(context, '<view id="v">x</view>')
  let reached = 0
  window.__mp.top().instance.onReachBottom = () => (reached += 1)
  touch(window, query('#v'), 'touchstart', 300)
  touch(window, query('#v'), 'touchend', 290)
  assert.equal(reached, 0)
  touch(window, query('#v'), 'touchstart', 300)
  touch(window, query('#v'), 'touchend', 200)
  assert.equal(reached, 1)
  query('wx-page').dispatchEvent(new window.WheelEvent('wheel', { deltaY: 10 }))
  assert.equal(reached, 2)
})

test('a scroll-view tells once that it came to its end', async (context) => {
  const { seen, query, window } = await show(context, '<scroll-view scroll-y *><view>x</view></scroll-view>')
  const node = query('wx-scroll-view')
  Object.defineProperties(node, { scrollHeight: { value: 500 }, clientHeight: { value: 100 } })
  for (const top of [100, 380, 390]) {
    node.scrollTop = top
    node.dispatchEvent(new window.Event('scroll'))
  }
  assert.deepEqual(
    seen().map(([type]) => type),
    ['scrolltolower'],
  )
})

test('rich text keeps its form and loses what runs', async (context) => {
  const html = `<p style='width: 10rpx' onclick='x()'>a &lt; b<script>x()</script><a href='javascript:x()'>c</a></p>`
  const { query } = await show(
    context,
    `<rich-text nodes="${html}" /><rich-text class="tree" nodes="{{[{ name: 'iframe', attrs: { src: '/x' } }, { name: 'b', children: [{ type: 'text', text: '<i>' }] }]}}" />`,
  )
  assert.equal(query('wx-rich-text').innerHTML, '<p style="width: calc(10 * var(--rpx))">a &lt; b<a>c</a></p>')
  assert.equal(query('.tree').innerHTML, '<b>&lt;i&gt;</b>')
})

test('a phone number is not told where no adapter can', async (context) => {
  const { seen, tap } = await show(context, '<button id="b" open-type="getPhoneNumber" *>x</button>', {
    config: { mode: 'elsewhere' },
  })
  tap('#b')
  await waitFor(() => seen().length)
  assert.deepEqual(seen(), [['getphonenumber', 'getPhoneNumber:fail not supported']])
})

test('what is shared is told as copied only when it was', async (context) => {
  const { window, tap } = await show(context, '<button id="b" open-type="share">分享</button>')
  const query = (selector) => window.document.querySelector(selector)
  const clipboard = (writeText) =>
    Object.defineProperty(window.navigator, 'clipboard', { configurable: true, value: writeText && { writeText } })
  const refuses = () => Promise.reject(new Error('NotAllowedError'))
  for (const unusable of [undefined, refuses]) {
    clipboard(unusable)
    tap('#b')
    const shown = await waitFor(() => query('.mp-modal textarea'))
    assert.deepEqual([shown.value, query('.mp-toast-text')], ['http://127.0.0.1/#/pages/mine/mine', null])
    query('.mp-modal-confirm').click()
    await waitFor(() => !query('.mp-modal'))
  }
  const taken = []
  clipboard(async (text) => taken.push(text))
  tap('#b')
  assert.match((await waitFor(() => query('.mp-toast-text'))).textContent, /^链接已复制/)
  assert.deepEqual([taken.length, query('.mp-modal')], [1, null])
})

test('a WXS function handles an event and moves the element', async (context) => {
  const wxs =
    "module.exports = { move: function (e, owner) { owner.selectComponent('.box').setStyle({ marginTop: '10px' }); owner.callMethod('note', { type: 'wxs', detail: {} }); return false } }"
  const { query, tap, seen } = await show(
    context,
    '<wxs src="./move.wxs" module="m" /><view id="v" bindtap="{{m.move}}"><view class="box">x</view></view>',
    { wxs },
  )
  tap('#v')
  assert.equal(query('.box').style.marginTop, '10px')
  assert.deepEqual(seen(), [['wxs', '']])
})

test('what only a phone shows says so', async (context) => {
  const { query } = await show(context, '<camera />')
  assert.equal(query('wx-camera').dataset.text, '<camera> 在浏览器中不可用')
})
