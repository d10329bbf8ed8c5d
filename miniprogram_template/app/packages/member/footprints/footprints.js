const themed = require('../../../services/themed')
const members = require('../../../services/members')
const requests = require('../../../services/request')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const PAGE_SIZE = 20

Page({
  behaviors: [themed],
  data: { /** "loading", "ready" or "error" */ state: 'loading', days: [], /** As components/more. */ more: '', editing: false },

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
    if (this.data.more === 'loading' || this.data.more === 'end' || this.data.state !== 'ready') return
    this.setData({ more: 'loading' })
    this.load(this.page + 1)
  },

  async load(page) {
    const round = ++this.round
    try {
      const said = await members.footprints(page, PAGE_SIZE)
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
    else this.setData({ state: 'error', hint: error.message })
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load(1)
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  onEdit() {
    this.setData({ editing: !this.data.editing })
  },

  onOpen(event) {
    const { key, gone } = event.currentTarget.dataset
    if (this.data.editing) return
    if (gone) wx.showToast({ title: '这件商品已下架', icon: 'none' })
    else links.open(url.to('/pages/product/product', { key }))
  },

  /** Take one away. What follows moved up by one: the page that holds the next one is asked for next. */
  async onRemove(event) {
    const { footprint } = event.currentTarget.dataset
    const gone = await members.removeFootprint(footprint).then(() => true, (error) => error.status === 404)
    if (!gone) return // what went wrong was told
    const days = model.without(this.data.days, footprint)
    this.page = Math.min(this.page, Math.floor(model.count(days) / PAGE_SIZE))
    this.setData({ days, editing: days.length > 0 })
    if (!days.length) this.load(1)
  },

  onClear() {
    wx.showModal({ title: '清空全部足迹？', confirmText: '清空', success: ({ confirm }) => confirm && this.clear() })
  },

  async clear() {
    await members.forgetFootprints().catch(() => {}) // what went wrong was told
    this.setData({ editing: false })
    this.load(1)
  }
})
