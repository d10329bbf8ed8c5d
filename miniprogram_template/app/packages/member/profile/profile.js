const cart = require('../../../services/cart')
const themed = require('../../../services/themed')
const members = require('../../../services/members')
const searched = require('../../../services/searched')
const session = require('../../../services/session')
const uploads = require('../../../services/uploads')
const requests = require('../../../services/request')
const { settings } = require('../../../services/settings')

const LOST = '收货地址、收藏、足迹、昵称、头像和手机号会被删除，订单里的个人信息也会抹去，无法恢复。'

Page({
  behaviors: [themed],
  data: { /** "loading", "ready" or "error" */ state: 'loading', hint: '', member: null, busy: false, /** Whether WeChat knows a phone number: a browser does not. */ wechat: false },

  onLoad() {
    this.setData({ wechat: settings().client !== 'h5' })
    this.load()
  },

  async load() {
    try {
      this.setData({ member: await members.me(), state: 'ready' })
    } catch (error) {
      this.setData({ state: 'error', hint: error.message })
    }
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  },

  async onAvatar(event) {
    try {
      const sent = await uploads.send(event.detail.avatarUrl)
      this.setData({ member: await members.saveProfile({ avatar: sent.path }) })
    } catch (error) {
      requests.tell(error)
    }
  },

  /** The platform may clear a nickname it does not accept, so it is read when the form is sent. */
  async onSave(event) {
    const said = await members.saveProfile({ nickname: event.detail.value.nickname }).catch(() => null) // told
    if (!said) return
    this.setData({ member: said })
    wx.showToast({ title: '已保存', icon: 'success' })
  },

  async onPhone(event) {
    if (!event.detail.code) return // the shopper said no
    const said = await members.bindPhone(event.detail.code).catch(() => null) // told
    if (said) this.setData({ member: said })
  },

  onLogOut() {
    wx.showModal({ title: '退出登录？', success: ({ confirm }) => confirm && session.logOut().then(this.leave) })
  },

  onErase() {
    const again = () => wx.showModal({ title: '真的要注销吗', content: '注销后无法找回。没有完成的订单请先处理完。', confirmText: '确认注销', confirmColor: '#b3261e', success: ({ confirm }) => confirm && this.erase() })
    wx.showModal({ title: '注销账号', content: LOST, confirmText: '继续', success: ({ confirm }) => confirm && again() })
  },

  async erase() {
    const done = await members.erase().then(() => true, () => false) // told
    if (done) this.leave()
  },

  /** Nothing of the member is shown any more. */
  leave() {
    searched.clear()
    cart.refreshBadge()
    wx.switchTab({ url: '/pages/me/me' })
  }
})
