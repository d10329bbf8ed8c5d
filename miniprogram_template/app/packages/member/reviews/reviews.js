const pages = require('../../../services/pages')
const reviews = require('../../../services/reviews')
const links = require('../../../utils/links')
const time = require('../../../utils/time')
const url = require('../../../utils/url')

const STATES = { PENDING: '审核中', HIDDEN: '未展示' }

/** A review as the list paints it. */
const row = (review) => ({ ...review, day: time.day(review.created_at), stateText: STATES[review.state] || '' })

Page(pages.growing({
  async ask(page) {
    const said = await reviews.mine(page)
    return { ...said, results: said.results.map(row) }
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
}))
