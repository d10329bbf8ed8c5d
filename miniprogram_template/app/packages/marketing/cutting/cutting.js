const pages = require('../../../services/pages')
const activities = require('../services/activities')
const bargains = require('../services/bargains')
const links = require('../../../utils/links')
const money = require('../../../utils/money')
const url = require('../../../utils/url')
const model = require('./model')

const TOOL = 'bargain'

Page(pages.one({
  data: {
    bargain: null,
    said: {},
    percent: 0,
    saved: 0,
    cuts: [],
    acts: {},
    /** What the shopper's own cut took, in fen, once it was made here. */
    gave: 0,
    busy: false
  },

  key: '',

  onLoad({ key }) {
    this.key = key
    this.load()
  },

  async read() {
    this.setData({ ...model.view(await bargains.read(this.key)), status: 'ready' })
  },

  /** Its time is over. */
  onOver() {
    this.load()
  },

  async onHelp() {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      const { amount } = await bargains.help(this.key)
      this.setData({ gave: amount })
      wx.showToast({ title: `帮好友砍掉 ¥${money.yuan(amount)}`, icon: 'none' })
    } catch (error) {
      wx.showToast({ title: error.message, icon: 'none' })
    } finally {
      await this.load()
      this.setData({ busy: false })
    }
  },

  onBuy() {
    const { activity, sku, product } = this.data.bargain
    activities.buy(TOOL, activity, [{ sku, quantity: 1, product }])
  },

  onOrder() {
    links.open(url.to('/packages/order/detail/detail', { number: this.data.bargain.order }))
  },

  onOwn() {
    const { activity, product } = this.data.bargain
    links.open(url.to('/packages/marketing/bargain/bargain', { activity, product }))
  },

  onProduct() {
    links.open(url.to('/pages/product/product', { key: this.data.bargain.product }))
  },

  onShareAppMessage() {
    const { bargain } = this.data
    const title = bargain ? `帮我砍一刀：${bargain.title}` : '砍价'
    return { title, path: url.to('/packages/marketing/cutting/cutting', { key: this.key }), imageUrl: bargain ? bargain.cover : '' }
  }
}))
