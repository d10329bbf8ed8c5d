const themed = require('../../../services/themed')
const session = require('../../../services/session')
const activities = require('../services/activities')
const bargains = require('../services/bargains')
const goods = require('../goods')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready", "gone" or "error" */
    status: 'loading',
    message: '',
    activity: null,
    products: [],
    rules: [],
    /** The product and the SKU that are chosen. */
    product: null,
    sku: null,
    /** SKU → the shopper's bargain that runs for it. */
    running: {},
    busy: false
  },

  key: '',
  wanted: '',
  shown: false,

  /** By `activity`; `product` is what to begin with. */
  onLoad({ activity, product }) {
    this.key = activity
    this.wanted = product || ''
    this.load()
  },

  onShow() {
    if (this.shown) this.loadRunning()
    this.shown = true
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    try {
      const view = model.view(await activities.read(this.key))
      const { product, sku } = this.data
      this.setData({ ...view, ...goods.chosen(view.products, product ? product.key : this.wanted, sku ? sku.key : ''), status: 'ready' })
      await this.loadRunning()
    } catch (error) {
      if (error.status === 404) this.setData({ status: 'gone' })
      else if (this.data.status === 'ready') wx.showToast({ title: error.message, icon: 'none' })
      else this.setData({ status: 'error', message: error.message })
    }
  },

  /** Somebody who is not logged in has none. */
  async loadRunning() {
    if (!session.token()) return
    const said = await bargains.mine().catch(() => null)
    if (said) this.setData({ running: model.running(said.results, this.key) })
  },

  onRetry() {
    this.setData({ status: 'loading' })
    this.load()
  },

  onChoose(event) {
    this.setData(goods.chosen(this.data.products, event.detail.product, event.detail.sku))
  },

  async onLaunch() {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      const { key } = await bargains.launch(this.key, this.data.sku.key)
      links.open(url.to('/packages/marketing/cutting/cutting', { key }))
    } catch (error) {
      wx.showToast({ title: error.message, icon: 'none' })
      if (error.code === 'activity_over') this.load()
    } finally {
      this.setData({ busy: false })
    }
  },

  onAlone() {
    links.open(url.to('/pages/product/product', { key: this.data.product.key }))
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  /** It begins, or it is over. */
  onTurn() {
    this.load()
  },

  onShareAppMessage() {
    const { product } = this.data
    return { title: product ? `一起砍价：${product.title}` : '砍价', path: url.to('/packages/marketing/bargain/bargain', { activity: this.key }), imageUrl: product ? product.cover : '' }
  }
})
