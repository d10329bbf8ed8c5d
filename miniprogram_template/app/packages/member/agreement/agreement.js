const themed = require('../../../services/themed')
const shop = require('../../../services/shop')

const TITLES = { user: '用户协议', privacy: '隐私政策' }

Page({
  behaviors: [themed],
  data: { /** "loading", "ready" or "error" */ state: 'loading', html: '' },

  kind: 'user',

  onLoad({ kind }) {
    this.kind = TITLES[kind] ? kind : 'user'
    wx.setNavigationBarTitle({ title: TITLES[this.kind] })
    this.load()
  },

  async load() {
    try {
      const said = await shop.agreement(this.kind)
      this.setData({ html: said.html || said.content || '', state: 'ready' })
    } catch (_error) {
      this.setData({ state: 'error' })
    }
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  }
})
