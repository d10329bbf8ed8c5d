const themed = require('../../../services/themed')
const members = require('../../../services/members')
const requests = require('../../../services/request')
const links = require('../../../utils/links')
const url = require('../../../utils/url')

Page({
  behaviors: [themed],
  data: { /** "loading", "ready" or "error" */ state: 'loading', rows: [], choose: false },

  onLoad({ choose }) {
    this.setData({ choose: choose === '1' })
  },

  /** Also after an address was written on its own page. */
  onShow() {
    this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    try {
      this.setData({ rows: await members.addresses(), state: 'ready' })
    } catch (error) {
      if (this.data.state === 'ready') requests.tell(error)
      else this.setData({ state: 'error', hint: error.message })
    }
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  },

  onTap(event) {
    const { key } = event.currentTarget.dataset
    if (!this.data.choose) return this.open(key)
    this.choose({ key })
    return wx.navigateBack()
  },

  onEdit(event) {
    this.open(event.currentTarget.dataset.key)
  },

  /** A new address is the one that is wanted: its page tells, and goes back past this one. */
  onNew() {
    if (!this.data.choose) return this.open('')
    return wx.navigateTo({ url: '/packages/member/address/address?back=2', events: { chosen: (said) => this.choose(said) } })
  },

  choose(said) {
    this.getOpenerEventChannel().emit('chosen', said)
  },

  open(key) {
    links.open(url.to('/packages/member/address/address', { key }))
  },

  async onDefault(event) {
    const { key } = event.currentTarget.dataset
    await members.saveAddress(key, { is_default: true }).catch(requests.tell)
    this.load()
  },

  onDelete(event) {
    const { key } = event.currentTarget.dataset
    wx.showModal({ title: '删除这个地址？', confirmText: '删除', success: ({ confirm }) => confirm && this.remove(key) })
  },

  async remove(key) {
    await members.removeAddress(key).catch(() => {}) // what went wrong was told
    this.load()
  }
})
