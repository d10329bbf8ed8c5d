const themed = require('../../../services/themed')
const coupons = require('../../../services/coupons')
const links = require('../../../utils/links')
const tickets = require('../../../utils/tickets')

const MINE = '/packages/marketing/my-coupons/my-coupons'

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready" or "error" */
    status: 'loading',
    message: '',
    offers: [],
    /** How many kinds can be claimed that the shopper has none of. */
    open: 0,
    /** The key of what is being claimed, "all" for all. */
    busy: ''
  },

  shown: false,

  onLoad() {
    this.load()
  },

  onShow() {
    if (this.shown) this.load()
    this.shown = true
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    try {
      const offers = (await coupons.centre()).map(tickets.offer)
      this.setData({ offers, open: offers.filter((each) => each.can_claim && !each.is_mine).length, status: 'ready' })
    } catch (error) {
      if (this.data.status === 'ready') wx.showToast({ title: error.message, icon: 'none' })
      else this.setData({ status: 'error', message: error.message })
    }
  },

  onRetry() {
    this.setData({ status: 'loading' })
    this.load()
  },

  /** Claim it, or go and use it. */
  async onAct(event) {
    const { key, act } = event.currentTarget.dataset
    if (act === 'use') links.open(MINE)
    if (act === 'claim') await this.claim(key, () => coupons.claim(key).then(() => '领到了，下单时自动用上'))
  },

  async onAll() {
    await this.claim('all', () => coupons.claimAll().then((said) => (said.coupons.length ? `领到 ${said.coupons.length} 张` : '没有可领的了')))
  },

  /** What was refused is over or gone: the page shows what there is now. */
  async claim(busy, ask) {
    if (this.data.busy) return
    this.setData({ busy })
    try {
      wx.showToast({ title: await ask(), icon: 'none' })
    } catch (error) {
      if (error.code !== 'cancelled') wx.showToast({ title: error.message, icon: 'none' })
    }
    await this.load()
    this.setData({ busy: '' })
  },

  onMine() {
    links.open(MINE)
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  onShareAppMessage() {
    return { title: '领券中心', path: '/packages/marketing/coupons/coupons' }
  }
})
