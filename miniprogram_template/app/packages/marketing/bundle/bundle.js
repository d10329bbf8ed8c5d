const themed = require('../../../services/themed')
const activities = require('../services/activities')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const TOOL = 'bundle'

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready", "gone" or "error" */
    status: 'loading',
    message: '',
    activity: null,
    /** What a set is made of, what it costs one by one and together (fen), and whether a part is missing. */
    parts: [],
    normal: 0,
    price: 0,
    saved: 0,
    gone: false,
    sets: 1,
    most: 99
  },

  key: '',
  shown: false,

  onLoad({ activity }) {
    this.key = activity
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
      const activity = await activities.read(this.key)
      this.setData({ ...model.view(activity), most: model.most(activity), status: 'ready' })
    } catch (error) {
      if (error.status === 404) this.setData({ status: 'gone' })
      else if (this.data.status === 'ready') wx.showToast({ title: error.message, icon: 'none' })
      else this.setData({ status: 'error', message: error.message })
    }
  },

  onRetry() {
    this.setData({ status: 'loading' })
    this.load()
  },

  onSets(event) {
    this.setData({ sets: event.detail.value })
  },

  onBuy() {
    activities.buy(TOOL, this.key, model.items(this.data.parts, this.data.sets))
  },

  onProduct(event) {
    links.open(url.to('/pages/product/product', { key: event.currentTarget.dataset.product }))
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  /** It begins, or it is over. */
  onTurn() {
    this.load()
  },

  onShareAppMessage() {
    const { activity, parts } = this.data
    return { title: activity ? `优惠套餐：${activity.title}` : '优惠套餐', path: url.to('/packages/marketing/bundle/bundle', { activity: this.key }), imageUrl: parts.length ? parts[0].product.cover : '' }
  }
})
