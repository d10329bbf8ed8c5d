const themed = require('../../../services/themed')
const members = require('../../../services/members')
const { endless } = require('../../../utils/endless')

Page({
  behaviors: [themed],
  data: { /** As utils/endless tells it. */ status: 'loading', rows: [], more: '', count: 0 },

  list: null,

  onLoad() {
    this.list = endless((page) => members.favourites(page), (patch) => this.setData(patch))
    this.list.restart()
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

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  onAdd(event) {
    this.selectComponent('#quick-add').add(event.detail.key)
  },

  async onRemove(event) {
    const done = await members.removeFavourite(event.currentTarget.dataset.key).then(() => true, () => false) // told
    if (done) this.list.restart(true)
  }
})
