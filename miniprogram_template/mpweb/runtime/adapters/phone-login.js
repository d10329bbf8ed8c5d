import { createButton, createElement } from '../dom.js'
import { rewriteUrl } from '../config.js'
import { openLayer } from '../overlays/layer.js'

const PAUSE_SECONDS = 60 // before another code can be asked for
const PHONE = /^1[3-9]\d{9}$/
const CODE = /^\d{6}$/
const UNREAD = '请先阅读并同意协议'

/** What was typed and when a code was sent: the dialog opens again when the code was wrong. */
const last = { phone: '', sentTo: '', sentAt: -Infinity }

/**
 * Asks for a phone number and the code that the shop sends to it.
 * @param {{ advice?: string }} options `advice`: why it is asked again
 * @param {import('../shell.js').Shell} shell
 * @returns {Promise<{ phone: string, code: string }>} not proved yet; rejects with "cancel"
 */
export async function askWhoItIs({ advice = '' }, shell) {
  const given = await openLayer(
    shell.frame,
    { label: '登录', className: 'mp-login-mask', escapeValue: null },
    (panel, close) => {
      panel.classList.add('mp-login')
      panel.style.setProperty('--mp-login', shell.config.login.colour)
      if (shell.config.login.byPhone) new LoginForm(panel, close, shell).show(advice)
      else showOtherWays(panel, close, shell.config.login)
    },
  )
  if (!given) throw new Error('cancel')
  return given
}

function showOtherWays(panel, close, { shop, servicePhone }) {
  const words = createElement('p', 'mp-login-words', `${shop}还没有开通短信登录。请在微信里打开店铺的小程序购买`)
  words.append(servicePhone ? '，或者致电客服：' : '。')
  if (servicePhone) words.append(link(servicePhone, `tel:${servicePhone}`))
  const leave = createButton('知道了', () => close(null), 'mp-login-submit')
  panel.append(createElement('h2', 'mp-login-title', '登录'), words, leave)
}

function link(text, href) {
  const node = /** @type {HTMLAnchorElement} */ (createElement('a', 'mp-login-link', text))
  node.href = href
  return node
}

/** A page of the shop, read in a window of its own so that nothing typed is lost. */
function pageLink(text, href) {
  const node = link(text, href)
  node.target = '_blank'
  node.rel = 'noopener'
  return node
}

class LoginForm {
  constructor(panel, close, shell) {
    this.panel = panel
    this.shell = shell
    this.close = (given) => {
      clearInterval(this.timer)
      close(given)
    }
    this.phone = input('手机号', { inputMode: 'tel', autocomplete: 'tel-national', maxLength: 20, value: last.phone })
    this.code = input('6 位验证码', { inputMode: 'numeric', autocomplete: 'one-time-code', maxLength: 6 })
    this.send = createButton('获取验证码', () => this.askForCode(), 'mp-login-send')
    this.agree = Object.assign(document.createElement('input'), { type: 'checkbox', className: 'mp-login-check' })
    this.agree.addEventListener('change', () => this.tell(''))
    this.error = createElement('p', 'mp-login-error')
    this.error.setAttribute('role', 'alert')
  }

  show(advice) {
    const { shop, mailbox } = this.shell.config.login
    const form = document.createElement('form')
    form.noValidate = true
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      this.submit()
    })
    const submit = Object.assign(createElement('button', 'mp-login-submit', '登录'), { type: 'submit' })
    const row = createElement('div', 'mp-login-row')
    row.append(this.code, this.send)
    form.append(this.phone, this.agreement(), row, this.error, submit) // nothing is sent before the tick
    this.panel.append(createElement('h2', 'mp-login-title', '登录'), createElement('p', 'mp-login-shop', shop), form)
    if (mailbox) this.panel.append(mailboxHint(mailbox))
    this.panel.append(createButton('以后再说', () => this.close(null), 'mp-login-cancel'))
    if (advice) {
      this.agree.checked = true
      this.tell(advice, this.code)
    }
    this.countDown()
    setTimeout(() => (advice ? this.code : this.phone).focus())
  }

  agreement() {
    const node = createElement('label', 'mp-login-agree')
    node.append(this.agree, '我已阅读并同意')
    for (const { title, page } of this.shell.config.login.agreements) node.append(pageLink(`《${title}》`, `#${page}`))
    return node
  }

  /** @returns {string} the number without blanks, "" when it is none */
  number() {
    const plain = this.phone.value.replace(/[\s-]/g, '').replace(/^(\+|00)86/, '')
    return PHONE.test(plain) ? plain : ''
  }

  async askForCode() {
    const number = this.number()
    if (!number) return this.tell('请填写正确的手机号', this.phone)
    if (!this.agree.checked) return this.tell(UNREAD, this.agree)
    this.tell('')
    this.send.disabled = true
    const refusal = await requestCode(this.shell.config, number)
    this.send.disabled = false
    if (refusal) return this.tell(refusal, this.phone)
    Object.assign(last, { phone: number, sentTo: number, sentAt: Date.now() })
    this.countDown()
    return this.code.focus()
  }

  countDown() {
    clearInterval(this.timer)
    const tick = () => {
      const left = Math.ceil(PAUSE_SECONDS - (Date.now() - last.sentAt) / 1000)
      this.send.disabled = left > 0
      this.send.textContent = left > 0 ? `${left} 秒后重发` : last.sentTo ? '重新获取' : '获取验证码'
      if (left <= 0 || !this.panel.isConnected) clearInterval(this.timer)
    }
    this.timer = setInterval(tick, 1000)
    setTimeout(tick)
  }

  submit() {
    const number = this.number()
    if (!number) return this.tell('请填写正确的手机号', this.phone)
    if (!CODE.test(this.code.value)) return this.tell('请填写 6 位验证码', this.code)
    if (!this.agree.checked) return this.tell(UNREAD, this.agree)
    last.phone = number
    return this.close({ phone: number, code: this.code.value })
  }

  tell(words, field) {
    this.error.textContent = words
    for (const each of [this.phone, this.code, this.agree]) each.setAttribute('aria-invalid', String(each === field))
    field?.focus()
  }
}

function input(label, properties) {
  const node = Object.assign(document.createElement('input'), { className: 'mp-login-input', placeholder: label, ...properties })
  node.setAttribute('aria-label', label)
  return node
}

function mailboxHint(address) {
  const hint = createElement('p', 'mp-login-hint', '演示平台不发短信，验证码在')
  hint.append(pageLink('演示信箱', address), '里。')
  return hint
}

/** @returns {Promise<string>} why no code was sent, "" when one was */
async function requestCode(config, phone) {
  const url = rewriteUrl(config, config.ext.api + '/auth/phone-code')
  const headers = { 'Content-Type': 'application/json', 'Accept-Language': 'zh-CN' }
  try {
    const answer = await fetch(url, { method: 'POST', credentials: 'omit', headers, body: JSON.stringify({ phone }) })
    if (answer.ok) return ''
    const said = JSON.parse(await answer.text())
    return said.message || '验证码没有发出去，请稍后再试'
  } catch {
    return '网络不太好，请检查后重试'
  }
}
