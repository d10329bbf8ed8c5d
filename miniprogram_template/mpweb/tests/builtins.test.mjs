import assert from 'node:assert/strict'
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
    config: { mode: 'h5' },
  })
  tap('#b')
  await waitFor(() => seen().length)
  assert.deepEqual(seen(), [['getphonenumber', 'getPhoneNumber:fail not supported']])
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
