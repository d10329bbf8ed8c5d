const themed = require('../../../../services/themed')
const aftersales = require('../../services/aftersales')
const links = require('../../../../utils/links')
const url = require('../../../../utils/url')
const model = require('../model')

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready" or "error" */
    state: 'loading',
    message: '',
    rows: [],
    more: false,
    loading: false
  },

  page: 0,
  asked: 0,
  shown: false,

  onLoad() {
    this.load(1)
  },

  onShow() {
    if (this.shown) this.load(1)
    this.shown = true
  },

  async onPullDownRefresh() {
    await this.load(1)
    wx.stopPullDownRefresh()
  },

  onReachBottom() {
    if (this.data.more && !this.data.loading) this.load(this.page + 1)
  },

  async load(page) {
    const asked = ++this.asked
    this.setData({ loading: true })
    try {
      const said = await aftersales.list('', page)
      if (asked === this.asked) this.show(said, page)
    } catch (error) {
      if (asked === this.asked) this.failed(error)
    }
  },

  show(said, page) {
    this.page = page
    const rows = said.results.map(model.painted)
    this.setData({ rows: page === 1 ? rows : [...this.data.rows, ...rows], state: 'ready', more: Boolean(said.next), loading: false })
  },

  failed(error) {
    const { length } = this.data.rows
    if (length) wx.showToast({ title: error.message, icon: 'none' })
    this.setData({ loading: false, state: length ? 'ready' : 'error', message: error.message })
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load(1)
  },

  onOpen(event) {
    links.open(url.to('/packages/order/after-sale/detail/detail', { number: event.currentTarget.dataset.number }))
  },

  onOrders() {
    wx.redirectTo({ url: '/packages/order/orders/orders' })
  }
})
