const themed = require('../../../services/themed')
const activities = require('../services/activities')
const groups = require('../services/groups')
const goods = require('../goods')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const TOOL = 'group_buy'
const AFTER_THE_END = 3000 // milliseconds until the server has ended a group

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready", "gone" or "error" */
    status: 'loading',
    message: '',
    group: null,
    said: {},
    seats: [],
    products: [],
    product: null,
    sku: null
  },

  key: '',
  shown: false,
  timer: null,

  onLoad({ key }) {
    this.key = key
    this.load()
  },

  onShow() {
    if (this.shown) this.load()
    this.shown = true
  },

  onUnload() {
    clearTimeout(this.timer)
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    try {
      const { product, sku } = this.data
      const view = model.view(await groups.read(this.key))
      this.setData({ ...view, ...goods.chosen(view.products, product && product.key, sku && sku.key), status: 'ready' })
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

  /** Its time is over; the server completes or fails it a moment later. */
  onOver() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.load(), AFTER_THE_END)
  },

  onChoose(event) {
    this.setData(goods.chosen(this.data.products, event.detail.product, event.detail.sku))
  },

  onJoin() {
    const { group, product, sku } = this.data
    activities.buy(TOOL, group.activity, [{ sku: sku.key, quantity: 1, product: product.key }], group.key)
  },

  onOrder() {
    links.open(url.to('/packages/order/detail/detail', { number: this.data.group.order }))
  },

  onOwn() {
    links.open(url.to('/packages/marketing/group-buy/group-buy', { activity: this.data.group.activity }))
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  onShareAppMessage() {
    const { group, product } = this.data
    const title = group && group.state === 'OPEN' ? `还差 ${group.missing} 人，一起拼：${product.title}` : '拼团'
    return { title, path: url.to('/packages/marketing/group/group', { key: this.key }), imageUrl: product ? product.cover : '' }
  }
})
