import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import cart from '../../app/services/cart.js'
import searched from '../../app/services/searched.js'
import session from '../../app/services/session.js'
import { settings } from '../../app/services/settings.js'
import { phone, settled } from './fakes.mjs'
import { page, until } from './pages.mjs'

const APP = path.join(import.meta.dirname, '../../app')
const LOGIN = { statusCode: 200, data: { token: 't', expires_at: '2099-01-01T00:00:00+08:00', member: { key: 'm' } } }
const REFUSED = { statusCode: 401, data: { code: 'unauthenticated', message: '请先登录' } }

/** A phone of somebody who never logged in; whatever needs a member is refused. */
function stranger(answers = {}) {
  session.forget()
  const wx = phone(({ path: asked }) => answers[asked] || REFUSED)
  const login = ({ success }) => {
    wx.logins += 1
    success({ code: 'c' })
  }
  const connectSocket = () => ({ onOpen() {}, onMessage() {}, onClose() {}, onError() {}, close() {} })
  return Object.assign(wx, { logins: 0, login, connectSocket, setNavigationBarTitle() {} })
}

const OPEN = ['home/home', 'category/category', 'products/products', 'search/search', 'product/product', 'cart/cart', 'me/me']

for (const name of OPEN) {
  test(`${name} logs nobody in`, async () => {
    const wx = stranger()
    const one = page(`../../app/pages/${name}.js`, { key: 'p1', keyword: '碗' })
    if (one.onShow) one.onShow()
    for (let round = 0; round < 12; round++) await settled()
    if (one.onHide) one.onHide()
    if (one.onUnload) one.onUnload()
    assert.deepEqual([wx.logins, wx.asked.filter((each) => each.includes('/auth/'))], [0, []])
    assert.equal(session.token(), '')
  })
}

test('a cart from before is shown to who logs in', async () => {
  const wx = stranger({ '/auth/wechat-login': LOGIN, '/cart': { statusCode: 200, data: { items: [], count: 0, total_selected: 0, problems: [] } } })
  const one = page('../../app/pages/cart/cart.js')
  one.onShow()
  await until(() => one.data.state === 'ready')
  assert.deepEqual([one.data.stranger, wx.asked], [true, []])
  await one.onLogIn()
  await until(() => wx.asked.includes('GET /cart'))
  assert.deepEqual([one.data.stranger, wx.logins], [false, 1])
  session.forget()
})

test('who cannot log in is told, and stays where he is', async () => {
  const wx = stranger({ '/auth/wechat-login': { statusCode: 422, data: { code: 'wechat_code_invalid', message: '微信授权已失效' } } })
  const one = page('../../app/pages/cart/cart.js')
  one.onShow()
  await one.onLogIn()
  assert.deepEqual([one.data.stranger, wx.told], [true, ['微信授权已失效']])
})

test('only a browser offers a stranger to log in, and who does is shown at once', async () => {
  const wx = stranger({ '/auth/phone-login': { statusCode: 200, data: { token: 't', expires_at: '2099-01-01T00:00:00+08:00', member: { nickname: '小荔' } } } })
  const me = page('../../app/pages/me/me.js')
  me.onShow()
  assert.deepEqual([me.data.member, me.data.asks], [null, false])
  settings().login = '/auth/phone-login'
  wx.login = ({ success }) => success({ errMsg: 'login:ok', phone: '13800138000', code: '012345' })
  me.onShow()
  assert.equal(me.data.asks, true)
  await me.onLogIn()
  delete settings().login
  assert.deepEqual(me.data.member, { nickname: '小荔' })
  session.forget()
})

test('who leaves takes his cart and what he searched for along', async () => {
  const wx = stranger({ '/cart': { statusCode: 200, data: { items: [], count: 3 } } })
  wx.setStorageSync('session', { token: 't', expiresAt: '2099-01-01T00:00:00+08:00', member: {} })
  session.restore()
  await cart.read()
  searched.note('碗')
  const counts = []
  const end = cart.watch((count) => counts.push(count))
  session.forget()
  wx.switchTab = ({ url }) => wx.told.push(url)
  page('../../app/packages/member/profile/profile.js', {}).leave()
  end()
  assert.deepEqual([counts, searched.list(), wx.told.filter((each) => each.startsWith('/'))], [[3, 0], [], ['/pages/me/me']])
  session.forget()
})

const files = (ending) => fs.readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending))
const text = (name) => fs.readFileSync(path.join(APP, name), 'utf8')
const PROTECTED = /chooseAddress|chooseMedia|chooseAvatar|getPhoneNumber|saveImageToPhotosAlbum|setClipboardData|<w-picture-uploader|<w-poster|type="nickname"/

test('every page that uses what is protected asks for consent, and no other', () => {
  const pages = files('.wxml').filter((name) => !name.includes('components/'))
  const uses = pages.filter((name) => PROTECTED.test(text(name) + text(name.replace(/wxml$/, 'js'))))
  assert.ok(uses.length >= 7, uses.join())
  assert.deepEqual(pages.filter((name) => text(name).includes('<w-privacy')), uses)
})

test('what the platform must know of is declared, and nobody is asked for what it does not give any more', () => {
  const app = JSON.parse(text('app.json'))
  const places = ['getFuzzyLocation', 'getLocation', 'onLocationChange', 'startLocationUpdate', 'chooseLocation', 'choosePoi', 'chooseAddress']
  const code = files('.js').map(text).join('\n')
  assert.deepEqual(app.requiredPrivateInfos, places.filter((name) => code.includes(`wx.${name}(`)))
  assert.equal(app.__usePrivacyCheck__, true)
  assert.doesNotMatch(code, /wx\.getUserProfile|wx\.getUserInfo/)
})
