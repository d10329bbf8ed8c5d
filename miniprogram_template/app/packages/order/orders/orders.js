const themed = require('../../../services/themed')
const acts = require('../acts')
const meanings = require('../order')
const members = require('../../../services/members')
const orders = require('../services/orders')
const cuts = require('../../../utils/cuts')
const links = require('../../../utils/links')
const url = require('../../../utils/url')

const TABS = [
  { status: '', text: '全部' },
  { status: 'UNPAID', text: '待付款', count: 'unpaid' },
  { status: 'TO_SHIP', text: '待发货', count: 'to_ship' },
  { status: 'SHIPPED', text: '待收货', count: 'shipped' },
  { status: 'TO_REVIEW', text: '待评价', count: 'to_review' },
  { status: 'AFTER_SALE', text: '退款/售后', count: 'after_sale', path: '/packages/order/after-sale/list/list' },
  { status: 'COMPLETED', text: '已完成' },
  { status: 'CANCELLED', text: '已取消' }
]
const MOST_LINES = 3 // of one order in the list

/** An order as the list paints it. */
const row = (order) => ({
  ...order,
  text: meanings.stateText(order),
  units: meanings.units(order),
  shown: order.lines.slice(0, MOST_LINES).map((line, id) => ({ ...cuts.priced(line), id })),
  actions: meanings.actions(order)
})

Page({
  behaviors: [themed],
  data: {
    tabs: TABS,
    counts: {},
    status: '',
    /** "loading", "ready" or "error" */
    state: 'loading',
    message: '',
    orders: [],
    more: false,
    loading: false
  },

  page: 0,
  asked: 0,
  shown: false,

  onLoad({ status }) {
    const known = TABS.some((tab) => tab.status === status && !tab.path)
    this.setData({ status: known ? status : '' })
    this.reload()
  },

  /** An order may have changed on its own page. */
  onShow() {
    if (this.shown) this.reload()
    this.shown = true
  },

  async onPullDownRefresh() {
    await this.reload()
    wx.stopPullDownRefresh()
  },

  onReachBottom() {
    if (this.data.more && !this.data.loading) this.load(this.page + 1)
  },

  onTab(event) {
    const { status } = event.currentTarget.dataset
    const { path } = TABS.find((tab) => tab.status === status)
    if (path) links.open(path)
    if (path || status === this.data.status) return
    this.setData({ status, state: 'loading', orders: [] })
    this.reload()
  },

  reload() {
    members.counts().then((counts) => this.setData({ counts }), () => {}) // only figures on tabs
    return this.load(1)
  },

  async load(page) {
    const asked = ++this.asked
    this.setData({ loading: true })
    try {
      const said = await orders.list(this.data.status, page)
      if (asked === this.asked) this.show(said, page)
    } catch (error) {
      if (asked === this.asked) this.failed(error)
    }
  },

  show(said, page) {
    this.page = page
    const rows = said.results.map(row)
    const shown = page === 1 ? { orders: rows } : Object.fromEntries(rows.map((each, index) => [`orders[${this.data.orders.length + index}]`, each]))
    this.setData({ ...shown, state: 'ready', more: Boolean(said.next), loading: false })
  },

  failed(error) {
    if (this.data.orders.length) wx.showToast({ title: error.message, icon: 'none' })
    this.setData({ loading: false, state: this.data.orders.length ? 'ready' : 'error', message: error.message })
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.reload()
  },

  onOpen(event) {
    links.open(url.to('/packages/order/detail/detail', { number: event.currentTarget.dataset.number }))
  },

  async onAct(event) {
    const { name, index } = event.currentTarget.dataset
    const order = this.data.orders[index]
    const changed = await acts.act(name, order)
    if (changed) this.reload()
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  }
})
