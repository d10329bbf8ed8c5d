const themed = require('../../../services/themed')
const acts = require('../acts')
const orders = require('../services/orders')
const shop = require('../../../services/shop')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const AFTER_DEADLINE = 3000 // milliseconds

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready", "gone" or "error" */
    state: 'loading',
    message: '',
    number: '',
    order: null,
    text: '',
    hint: '',
    /** The group that the order waits for, or null. */
    group: null,
    lines: [],
    times: [],
    points: [],
    actions: [],
    packages: [],
    secrets: null,
    phone: ''
  },

  shown: false,
  timer: null,
  trade: '',

  /** By `number`, or by a payment's number (`out_trade_no`), which is all that WeChat's order centre knows. */
  onLoad({ number, out_trade_no: trade }) {
    this.trade = trade || ''
    this.setData({ number: number || '' })
    this.load()
    shop.bootstrap().then((said) => this.setData({ phone: said.service_phone }), () => {})
  },

  onShow() {
    if (this.shown) this.load()
    this.shown = true
  },

  onUnload() {
    clearTimeout(this.timer)
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    try {
      const { number } = this.data
      await this.show(await (number ? orders.read(number) : orders.ofTrade(this.trade)))
    } catch (error) {
      if (this.data.order) wx.showToast({ title: error.message, icon: 'none' })
      else this.setData({ state: error.status === 404 ? 'gone' : 'error', message: error.message })
    }
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  },

  async show(order) {
    this.setData({ state: 'ready', number: order.number, ...model.painted(order) })
    await Promise.all([this.loadPackages(order), this.loadSecrets(order)])
  },

  async loadPackages(order) {
    if (!model.isSent(order)) return
    const packages = await orders.packages(order.number).catch(() => null)
    if (packages) this.setData({ packages: model.packaged(packages) })
  },

  async loadSecrets(order) {
    if (!model.isVirtual(order)) return
    const said = await orders.secrets(order.number).catch(() => null)
    if (said) this.setData({ secrets: model.secrets(said) })
  },

  /** The time to pay is over; the server cancels a moment later. */
  onOver() {
    if (this.data.order.status === 'UNPAID') this.timer = setTimeout(() => this.load(), AFTER_DEADLINE)
  },

  async onAct(event) {
    const changed = await acts.act(event.currentTarget.dataset.name, this.data.order)
    if (changed) this.load()
  },

  onGroup() {
    links.open(url.to('/packages/marketing/group/group', { key: this.data.group.key }))
  },

  onAfterSale(event) {
    links.open(url.to('/packages/order/after-sale/apply/apply', { number: this.data.number, line: event.currentTarget.dataset.line }))
  },

  onCopy(event) {
    wx.setClipboardData({ data: event.currentTarget.dataset.text })
  },

  onCall() {
    wx.makePhoneCall({ phoneNumber: this.data.phone, fail: () => {} })
  },

  onOrders() {
    wx.redirectTo({ url: '/packages/order/orders/orders' })
  }
})
