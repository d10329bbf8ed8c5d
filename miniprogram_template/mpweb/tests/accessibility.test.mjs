import assert from 'node:assert/strict'
import test from 'node:test'
import { waitFor } from '../testing.js'
import { show } from './shows.mjs'

function pressKey(window, node, key) {
  const event = new window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
  node.dispatchEvent(event)
  return event.defaultPrevented
}

test('roles, aria attributes and tabindex stand on the element', async (context) => {
  const { query, window } = await show(
    context,
    '<view id="a" aria-role="tab" aria-selected="{{seen.length > 0}}" aria-label="一" tabindex="-1">x</view><view id="b" aria-role="button">y</view><view id="c" aria-role="{{seen.length ? \'link\' : \'\'}}">z</view>',
  )
  const attributes = (id, names) => names.map((name) => query(id).getAttribute(name))
  assert.deepEqual(attributes('#a', ['role', 'aria-selected', 'aria-label', 'tabindex']), ['tab', 'false', '一', '-1'])
  assert.deepEqual(attributes('#b', ['role', 'tabindex']), ['button', '0'])
  assert.deepEqual(attributes('#c', ['role', 'tabindex']), [null, null])
  window.__mp.top().instance.setData({ seen: [1] })
  assert.equal(query('#a').getAttribute('aria-selected'), 'true')
  assert.deepEqual(attributes('#c', ['role', 'tabindex']), ['link', '0'])
})

test('what has the role of a button is tapped by Enter and Space, a link by Enter', async (context) => {
  const body =
    '<view bindtap="note"><view id="a" aria-role="button">x</view><navigator id="b" url="/none">y</navigator><view id="c">z</view></view>'
  const { query, seen, window } = await show(context, body)
  assert.deepEqual(
    ['Enter', ' ', 'a'].map((key) => pressKey(window, query('#a'), key)),
    [true, true, false],
  )
  assert.equal(seen().length, 2)
  assert.deepEqual([pressKey(window, query('#b'), ' '), pressKey(window, query('#b'), 'Enter')], [false, true])
  assert.equal(pressKey(window, query('#c'), 'Enter'), false)
  assert.deepEqual(
    seen().map(([type]) => type),
    ['tap', 'tap', 'tap'],
  )
})

test('a disabled button tells of no tap and is not reached', async (context) => {
  const { query, seen, tap, window } = await show(
    context,
    '<button id="a" disabled bindtap="note"><text id="t">x</text></button><button id="b" bindtap="note">y</button>',
  )
  tap('#a')
  tap('#t')
  pressKey(window, query('#a'), 'Enter')
  assert.deepEqual(seen(), [])
  assert.deepEqual([query('#a').getAttribute('tabindex'), query('#b').getAttribute('tabindex')], [null, '0'])
  tap('#b')
  assert.equal(seen().length, 1)
})

test('a picture is named by its label', async (context) => {
  const { query } = await show(
    context,
    '<image id="a" src="/images/home.png" aria-label="门面" /><image id="b" src="/images/home.png" aria-role="button" aria-label="看大图" />',
  )
  assert.equal(query('#a img').alt, '门面')
  assert.equal(query('#a').getAttribute('aria-label'), null)
  assert.deepEqual(
    ['role', 'aria-label', 'tabindex'].map((name) => query('#b').getAttribute(name)),
    ['button', '看大图', '0'],
  )
})

test('fields are named by their label, by aria-label before', async (context) => {
  const body =
    '<label for="n">收货人</label><input id="n" placeholder="姓名" /><label><radio value="1" />快递</label>' +
    '<label for="m">电话</label><input id="m" aria-label="手机" /><switch aria-label="发票" /><slider aria-label="音量" />'
  const { query, window } = await show(context, body)
  const nameOf = (selector) => {
    const id = query(selector).getAttribute('aria-labelledby')
    return id ? window.document.getElementById(id).textContent : query(selector).getAttribute('aria-label')
  }
  await waitFor(() => query('#n input').getAttribute('aria-labelledby'))
  assert.deepEqual(['#n input', '.mp-radio', '#m input', '.mp-switch', '.mp-slider'].map(nameOf), [
    '收货人',
    '快递',
    '手机',
    '发票',
    '音量',
  ])
})

test('a box is ticked by the keyboard', async (context) => {
  const { query, seen } = await show(context, '<checkbox-group *><checkbox value="a">甲</checkbox></checkbox-group>')
  query('.mp-checkbox').click()
  assert.deepEqual(seen(), [['change', ['a']]])
})

test('a dialog keeps the focus inside and gives it back', async (context) => {
  const { window, query } = await show(context, '<button id="a">x</button>')
  const { document } = window
  query('#a').focus()
  const modal = window.wx.showModal({ title: '？' })
  const dialog = await waitFor(() => document.querySelector('[role="dialog"]'))
  const [cancel, confirm] = dialog.querySelectorAll('button')
  const tab = (shiftKey) => {
    const event = new window.KeyboardEvent('keydown', { key: 'Tab', shiftKey, bubbles: true, cancelable: true })
    document.activeElement.dispatchEvent(event)
    return event.defaultPrevented
  }
  assert.equal(document.activeElement, dialog)
  assert.deepEqual([tab(true), document.activeElement], [true, confirm])
  assert.deepEqual([tab(false), document.activeElement], [true, cancel])
  assert.equal(tab(false), false)
  confirm.click()
  assert.equal((await modal).confirm, true)
  assert.equal(document.activeElement, query('#a'))
})

test('hover-class is on what is pressed, for as long as it is', async (context) => {
  const { window, query } = await show(
    context,
    '<view id="a" hover-class="on" hover-start-time="{{0}}" hover-stay-time="{{0}}"><view id="b">x</view></view><button id="c" hover-start-time="{{0}}" hover-stay-time="{{0}}">y</button>',
  )
  const fire = (name, node) => node.dispatchEvent(new window.Event(name, { bubbles: true }))
  fire('pointerdown', query('#b'))
  await waitFor(() => query('#a').classList.contains('on'))
  assert.equal(query('#c').hasAttribute('data-pressed'), false)
  fire('pointerup', query('#b'))
  await waitFor(() => !query('#a').classList.contains('on'))
  fire('pointerdown', query('#c'))
  await waitFor(() => query('#c').hasAttribute('data-pressed'))
  fire('pointercancel', query('#c'))
  await waitFor(() => !query('#c').hasAttribute('data-pressed'))
})
