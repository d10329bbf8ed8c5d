const pages = require('../../../services/pages')
const session = require('../../../services/session')
const activities = require('../services/activities')
const bargains = require('../services/bargains')
const goods = require('../goods')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

Page(pages.one({
  data: {
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

  /** By `activity`; `product` is what to begin with. */
  onLoad({ activity, product }) {
    this.key = activity
    this.wanted = product || ''
    this.load()
  },

  again() {
    this.loadRunning()
  },

  async read() {
    const view = model.view(await activities.read(this.key))
    const { product, sku } = this.data
    this.setData({ ...view, ...goods.chosen(view.products, product ? product.key : this.wanted, sku ? sku.key : ''), status: 'ready' })
    await this.loadRunning()
  },

  /** Somebody who is not logged in has none. */
  async loadRunning() {
    if (!session.token()) return
    const said = await bargains.mine().catch(() => null)
    if (said) this.setData({ running: model.running(said.results, this.key) })
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

  /** It begins, or it is over. */
  onTurn() {
    this.load()
  },

  onShareAppMessage() {
    const { product } = this.data
    return { title: product ? `一起砍价：${product.title}` : '砍价', path: url.to('/packages/marketing/bargain/bargain', { activity: this.key }), imageUrl: product ? product.cover : '' }
  }
}))
