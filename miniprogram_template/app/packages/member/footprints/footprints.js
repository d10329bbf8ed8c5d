const members = require('../../../services/members')
const requests = require('../../../services/request')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

Page({
  data: { /** "loading", "ready" or "error" */ state: 'loading', days: [], /** As components/more. */ more: '' },

  page: 0,
  round: 0,

  onLoad() {
    this.load(1)
  },

  async onPullDownRefresh() {
    await this.load(1)
    wx.stopPullDownRefresh()
  },

  onReachBottom() {
    if (this.data.more === 'loading' || this.data.more === 'end' || !this.page) return
    this.setData({ more: 'loading' })
    this.load(this.page + 1)
  },

  async load(page) {
    const round = ++this.round
    try {
      const said = await members.footprints(page)
      if (round !== this.round) return
      this.page = page
      this.setData({ days: model.joined(page === 1 ? [] : this.data.days, said.results), more: said.next ? '' : 'end', state: 'ready' })
    } catch (error) {
      if (round === this.round) this.failed(error, page)
    }
  },

  failed(error, page) {
    if (page > 1) this.setData({ more: 'error' })
    else if (this.data.state === 'ready') requests.tell(error)
    else this.setData({ state: 'error' })
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load(1)
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  onOpen(event) {
    const { key, gone } = event.currentTarget.dataset
    if (gone) wx.showToast({ title: '这件商品已下架', icon: 'none' })
    else links.open(url.to('/pages/product/product', { key }))
  },

  onClear() {
    wx.showModal({ title: '清空全部足迹？', confirmText: '清空', success: ({ confirm }) => confirm && this.clear() })
  },

  async clear() {
    await members.forgetFootprints().catch(() => {}) // what went wrong was told
    this.load(1)
  }
})
