const themed = require('../../../services/themed')
const members = require('../../../services/members')
const { endless } = require('../../../utils/endless')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const PAGE_SIZE = 20

Page({
  behaviors: [themed],
  data: { /** As utils/endless tells it. */ status: 'loading', hint: '', rows: [], more: '', count: 0, balance: 0, debt: 0 },

  list: null,
  shown: false,

  onLoad() {
    this.list = endless((page) => this.ask(page), (patch) => this.setData(patch))
    this.list.restart()
  },

  /** An order that was looked at may have been cancelled there. */
  onShow() {
    if (this.shown) this.list.restart(true)
    this.shown = true
  },

  async onPullDownRefresh() {
    await this.list.restart(true)
    wx.stopPullDownRefresh()
  },

  async ask(page) {
    const said = await members.points(page, PAGE_SIZE)
    this.setData({ balance: said.balance, debt: said.debt })
    return { ...said, results: model.numbered(said, (page - 1) * PAGE_SIZE).map(model.painted) }
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

  onOrder(event) {
    const { order } = event.currentTarget.dataset
    if (order) links.open(url.to('/packages/order/detail/detail', { number: order }))
  }
})
