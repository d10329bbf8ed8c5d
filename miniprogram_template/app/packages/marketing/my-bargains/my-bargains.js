const themed = require('../../../services/themed')
const bargains = require('../services/bargains')
const { endless } = require('../../../utils/endless')
const links = require('../../../utils/links')
const url = require('../../../utils/url')

const STATES = { OPEN: '砍价中', ORDERED: '已下单', OVER: '已结束' }

const words = (row) => {
  if (row.state === 'OPEN' && row.sold_out) return '已抢光'
  return row.state === 'OPEN' && !row.missing ? '已到最低价' : STATES[row.state]
}

Page({
  behaviors: [themed],
  data: { /** As utils/endless tells it. */ status: 'loading', hint: '', rows: [], more: '', count: 0 },

  list: null,
  shown: false,

  onLoad() {
    this.list = endless((page) => this.ask(page), (patch) => this.setData(patch))
    this.list.restart()
  },

  onShow() {
    if (this.shown) this.list.restart(true)
    this.shown = true
  },

  async onPullDownRefresh() {
    await this.list.restart(true)
    wx.stopPullDownRefresh()
  },

  async ask(page) {
    const said = await bargains.mine(page)
    return { ...said, results: said.results.map((row) => ({ ...row, words: words(row) })) }
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

  onBargain(event) {
    links.open(url.to('/packages/marketing/cutting/cutting', { key: event.currentTarget.dataset.key }))
  }
})
