import assert from 'node:assert/strict'
import path from 'node:path'
import test from 'node:test'
import { closeMiniProgram, loadMiniProgram, plain, waitFor } from '../testing.js'

const FIXTURE = path.join(import.meta.dirname, 'fixture')
const LOGIN = {
  byPhone: true,
  shop: '小店',
  colour: '#15803d',
  servicePhone: '400-1',
  mailbox: '',
  agreements: [{ title: '隐私政策', page: '/packageA/about/about' }],
}

/** The fixture in a browser; `answer` is what the shop says to a request for a code. */
async function load(context, { login = {}, answer = () => ({ status: 204 }) } = {}) {
  const sent = []
  const window = await loadMiniProgram(FIXTURE, {
    config: { mode: 'h5', ext: { api: 'http://127.0.0.1/api/v1' }, login: { ...LOGIN, ...login } },
    answer: (url, init) => {
      if (!url.includes('/auth/')) return { results: [] }
      sent.push([url, JSON.parse(init.body)])
      return answer(init)
    },
  })
  context.after(() => closeMiniProgram(window))
  window.document.querySelector('.mp-login > button').click() // the fixture logs in when it starts
  return { window, sent, ask: (options) => outcome(window, options) }
}

/** Opens the dialog: its parts, and what wx.login comes to. */
function outcome({ wx, document }, options) {
  const told = { said: null, failed: null }
  wx.login({ ...options, success: (said) => (told.said = plain(said)), fail: (failure) => (told.failed = plain(failure)) })
  const find = (selector) => document.querySelector(`.mp-login ${selector}`)
  const [phone, code] = document.querySelectorAll('.mp-login-input')
  const field = { phone, code, agree: find('.mp-login-check'), send: find('.mp-login-send') }
  const submit = () => find('.mp-login-submit').click()
  return { told, ...field, submit, find, words: () => find('.mp-login-error').textContent }
}

test('a code is sent, and number and code are handed over, once the agreements are agreed to', async (context) => {
  const { ask, sent, window } = await load(context)
  const dialog = ask()
  const panel = window.document.querySelector('.mp-login')
  assert.deepEqual(['role', 'aria-modal', 'aria-label'].map((name) => panel.getAttribute(name)), ['dialog', 'true', '登录'])
  await waitFor(() => window.document.activeElement === dialog.phone)
  dialog.submit()
  assert.deepEqual([dialog.words(), dialog.phone.getAttribute('aria-invalid')], ['请填写正确的手机号', 'true'])
  dialog.phone.value = '+86 138-0013 8000'
  dialog.send.click()
  assert.deepEqual([dialog.words(), dialog.agree.getAttribute('aria-invalid'), window.document.activeElement, dialog.send.disabled], ['请先阅读并同意协议', 'true', dialog.agree, false])
  assert.deepEqual(sent, [])
  dialog.agree.click()
  assert.deepEqual([dialog.words(), dialog.agree.getAttribute('aria-invalid')], ['', 'false'])
  dialog.send.click()
  await waitFor(() => /秒后重发/.test(dialog.send.textContent))
  assert.deepEqual(sent, [['http://127.0.0.1/api/v1/auth/phone-code', { phone: '13800138000' }]])
  assert.deepEqual([dialog.send.disabled, window.document.activeElement], [true, dialog.code])
  dialog.code.value = '12345'
  dialog.submit()
  assert.equal(dialog.words(), '请填写 6 位验证码')
  dialog.code.value = '012345'
  dialog.agree.click()
  dialog.submit()
  assert.equal(dialog.words(), '请先阅读并同意协议')
  assert.equal(dialog.told.said, null)
  dialog.agree.checked = true
  dialog.submit()
  await waitFor(() => dialog.told.said)
  assert.deepEqual(dialog.told.said, { errMsg: 'login:ok', phone: '13800138000', code: '012345' })
  assert.equal(window.document.querySelector('.mp-login'), null)

  const again = ask({ advice: '验证码不正确' })
  assert.deepEqual([again.phone.value, again.code.value, again.agree.checked, again.words()], ['13800138000', '', true, '验证码不正确'])
  await waitFor(() => again.send.disabled)
})

test('who closes the dialog cancels, and it can be opened again', async (context) => {
  const { ask, window } = await load(context)
  for (const close of [(find) => find('.mp-login-cancel').click(), (find) => find('.mp-login-input').dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))]) {
    const dialog = ask()
    close(dialog.find)
    await waitFor(() => dialog.told.failed)
    assert.deepEqual(dialog.told.failed, { errMsg: 'login:fail cancel' })
    assert.equal(window.document.querySelector('.mp-login'), null)
  }
})

test('a code that is not sent says why, and another may be asked for', async (context) => {
  const { ask } = await load(context, { answer: () => ({ status: 429, body: { message: '操作太频繁' } }) })
  const dialog = ask()
  dialog.phone.value = '13800138000'
  dialog.agree.checked = true
  dialog.send.click()
  await waitFor(() => dialog.words())
  assert.deepEqual([dialog.words(), dialog.send.disabled, dialog.send.textContent], ['操作太频繁', false, '获取验证码'])
})

test('without text messages the dialog says what else can be done', async (context) => {
  const { ask, window } = await load(context, { login: { byPhone: false } })
  const dialog = ask()
  assert.equal(window.document.querySelector('.mp-login-input'), null)
  assert.match(dialog.find('.mp-login-words').textContent, /小店还没有开通短信登录.*在微信里.*400-1/)
  assert.equal(dialog.find('a').getAttribute('href'), 'tel:400-1')
  dialog.find('.mp-login-submit').click()
  await waitFor(() => dialog.told.failed)
  assert.deepEqual(dialog.told.failed, { errMsg: 'login:fail cancel' })
})

test('what only WeChat has fails plainly, and nobody is asked for messages', async (context) => {
  const { window } = await load(context)
  const { wx } = window
  assert.deepEqual(plain(await wx.requestSubscribeMessage({ tmplIds: ['a', 'b'] })), { errMsg: 'requestSubscribeMessage:ok', a: 'reject', b: 'reject' })
  await assert.rejects(wx.chooseAddress(), { errMsg: 'chooseAddress:fail cancel' })
  assert.match(window.document.querySelector('.mp-toast').textContent, /请手动填写地址/)
  assert.deepEqual(plain(await wx.checkSession()), { errMsg: 'checkSession:ok' })
})

test('in a browser there is no capsule, and the tab is named after page and shop', async (context) => {
  const { window } = await load(context)
  await waitFor(() => window.document.title)
  const { document } = window
  assert.deepEqual([document.querySelector('.mp-capsule'), document.title], [null, `${document.querySelector('.mp-nav-title').textContent} - 小店`])
})
