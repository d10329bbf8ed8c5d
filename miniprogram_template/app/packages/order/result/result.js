const themed = require('../../../services/themed')
const cart = require('../../../services/cart')
const orders = require('../services/orders')
const meanings = require('../order')
const paying = require('../paying')
const shop = require('../../../services/shop')
const url = require('../../../utils/url')
const model = require('./model')

const MOST_CARDS = 10

Page({
  behaviors: [themed],
  data: {
    number: '',
    outcome: '',
    words: {},
    order: null,
    /** The group that the order was paid for, or null, and what is said of it. */
    group: null,
    grouped: '',
    busy: false,
    /** The picture of the mini-program's code, where only that takes money. */
    code: '',
    products: []
  },

  timer: null,
  over: false,

  onLoad({ number, outcome, advice }) {
    this.setData({ number })
    this.show(outcome || 'PENDING', url.read(advice))
    this.loadProducts()
  },

  onUnload() {
    this.over = true
    clearTimeout(this.timer)
  },

  show(outcome, advice) {
    clearTimeout(this.timer)
    this.setData({ outcome, words: model.words(outcome, advice) })
    if (model.isOpen(outcome)) this.ask(0)
    if (outcome !== 'PENDING') this.loadOrder()
    if (outcome === 'ELSEWHERE') this.loadCode()
  },

  /** Keep asking whether the money has arrived. */
  ask(round) {
    const seconds = model.pause(round)
    if (seconds === null) {
      if (this.data.outcome === 'PENDING') this.show('LATE')
      return
    }
    this.timer = setTimeout(async () => {
      const said = await orders.payStatus(this.data.number).catch(() => null)
      const outcome = said && model.outcomeOf(said.status)
      if (this.over) return
      if (outcome) this.show(outcome)
      else {
        if (said && this.data.outcome === 'RETURNED') this.setData({ outcome: 'UNPAID', words: model.words('UNPAID') })
        this.ask(round + 1)
      }
    }, seconds * 1000)
  },

  async loadOrder() {
    const order = await orders.read(this.data.number).catch(() => null)
    if (!order || this.over) return
    const group = meanings.groupOf(order)
    this.setData({ order, group, grouped: model.ofGroup(group) })
  },

  /** The words alone are enough while there is no code. */
  async loadCode() {
    const code = await orders.code().catch(() => '')
    if (!this.over) this.setData({ code })
  },

  /** What else might please; nothing when nothing is known. */
  async loadProducts() {
    const said = await cart.recommendations().catch(() => null)
    let products = said && (said.results || said.products || said)
    if (!products || !products.length) await shop.home((home) => (products = home.hot)).catch(() => {})
    if (!this.over) this.setData({ products: (products || []).slice(0, MOST_CARDS) })
  },

  /** The time to pay is over: the server may have cancelled the order. */
  onOver() {
    this.show('CLOSED')
  },

  async onPay() {
    if (this.data.busy) return
    this.setData({ busy: true })
    const { outcome, advice } = await paying.pay(this.data.number, wx.redirectTo)
    if (this.over) return
    this.setData({ busy: false })
    this.show(outcome, advice)
  },

  onGroup() {
    wx.redirectTo({ url: url.to('/packages/marketing/group/group', { key: this.data.group.key }) })
  },

  onOrder() {
    wx.redirectTo({ url: url.to('/packages/order/detail/detail', { number: this.data.number }) })
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  }
})
