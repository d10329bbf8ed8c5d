const themed = require('../../../services/themed')
const reviews = require('../../../services/reviews')
const { endless } = require('../../../utils/endless')
const links = require('../../../utils/links')
const time = require('../../../utils/time')
const url = require('../../../utils/url')

const STATES = { PENDING: '审核中', HIDDEN: '未展示' }

/** A review as the list paints it. */
const row = (review) => ({ ...review, day: time.day(review.created_at), stateText: STATES[review.state] || '' })

Page({
  behaviors: [themed],
  data: { /** As utils/endless tells it. */ status: 'loading', rows: [], more: '', count: 0 },

  list: null,
  shown: false,

  onLoad() {
    const ask = (page) => reviews.mine(page).then((said) => ({ ...said, results: said.results.map(row) }))
    this.list = endless(ask, (patch) => this.setData(patch))
    this.list.restart()
  },

  /** Something may have been added on its page. */
  onShow() {
    if (this.shown) this.list.restart(true)
    this.shown = true
  },

  async onPullDownRefresh() {
    await this.list.restart(true)
    wx.stopPullDownRefresh()
  },

  onReachBottom() {
    this.list.more()
  },

  onRetry() {
    this.list.restart()
  },

  onOpen(event) {
    links.open(url.to('/pages/product/product', { key: event.currentTarget.dataset.product }))
  },

  onAppend(event) {
    const { key, title } = this.data.rows[event.currentTarget.dataset.at]
    links.open(url.to('/packages/member/append/append', { key, title }))
  },

  onPicture(event) {
    const { at, index, added } = event.currentTarget.dataset
    const review = this.data.rows[at]
    const urls = (added ? review.addition : review).pictures.map((picture) => picture.url)
    wx.previewImage({ urls, current: urls[index] })
  }
})
