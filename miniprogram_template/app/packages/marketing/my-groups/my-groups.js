const themed = require('../../../services/themed')
const groups = require('../services/groups')
const { endless } = require('../../../utils/endless')
const links = require('../../../utils/links')
const url = require('../../../utils/url')

const STATES = { OPEN: '拼团中', SUCCESS: '已成团', FAILED: '没有成团' }

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

  /** A group is known by the order in it: one may have had a seat in it twice. */
  async ask(page) {
    const said = await groups.mine(page)
    return { ...said, results: said.results.map((row) => ({ ...row, group: row.key, key: row.order, words: STATES[row.state] })) }
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

  onGroup(event) {
    links.open(url.to('/packages/marketing/group/group', { key: event.currentTarget.dataset.group }))
  }
})
