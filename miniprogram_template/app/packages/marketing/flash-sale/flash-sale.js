const themed = require('../../../services/themed')
const clock = require('../../../services/clock')
const flashSales = require('../services/flash-sales')
const activities = require('../services/activities')
const members = require('../../../services/members')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const TOOL = 'flash_sale'
const SPREAD = 3000 // milliseconds: not everybody who waits for a start asks the shop in the same moment

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready", "empty" or "error" */
    status: 'loading',
    message: '',
    tabs: [],
    /** The key of the tab that is open, and its sessions. */
    tab: '',
    sessions: [],
    live: false,
    /** Session and SKU → how many units are wanted, where it is not one. */
    units: {},
    /** The template of the message that tells before a session begins; '' when none can be sent. */
    template: '',
    /** Session key → true: of which the shopper is going to be told. */
    reminded: {}
  },

  wanted: '',
  shown: false,
  /** What the shop said last. */
  said: null,
  timer: null,

  /** `activity` is the session to begin with. */
  onLoad({ activity }) {
    this.wanted = activity || ''
    this.load()
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
      this.said = await flashSales.sessions()
      this.paint()
      this.loadReminders()
    } catch (error) {
      if (this.data.status === 'ready') wx.showToast({ title: error.message, icon: 'none' })
      else this.setData({ status: 'error', message: error.message })
    }
  },

  /** Of what the shopper is told already; shown when it is there. */
  async loadReminders() {
    const template = members.mayAgree() ? this.said.reminder_template : ''
    this.setData({ template })
    if (!template || this.data.tabs.every((tab) => tab.live)) return
    const keys = await flashSales.reminders()
    this.setData({ reminded: Object.fromEntries(keys.map((key) => [key, true])) })
  },

  /** Asked of WeChat first: it demands that the question comes straight from the tap. */
  async onRemind(event) {
    const { session } = event.currentTarget.dataset
    if (!(await members.agrees(this.data.template))) return
    try {
      await flashSales.remind(session, this.data.template)
    } catch (_error) {
      this.load() // told; it has begun meanwhile, or the shop sends no messages any more
      return
    }
    this.setData({ reminded: { ...this.data.reminded, [session]: true } })
    wx.showToast({ title: '开抢前 3 分钟提醒您', icon: 'none' })
  },

  onRetry() {
    this.setData({ status: 'loading' })
    this.load()
  },

  /** What runs now, by the server's clock. */
  paint() {
    const tabs = model.tabs(this.said, clock.now())
    const there = tabs.some((each) => each.key === this.data.tab)
    this.setData({ tabs, status: tabs.length ? 'ready' : 'empty' })
    this.open(there ? this.data.tab : model.tabOf(tabs, this.wanted))
  },

  open(key) {
    const tab = this.data.tabs.find((each) => each.key === key)
    this.setData({ tab: key, sessions: tab ? tab.sessions : [], live: !!tab && tab.live })
  },

  onTab(event) {
    this.open(event.currentTarget.dataset.key)
  },

  /** One begins or ends: shown at once, and asked for a moment later. */
  onTurn() {
    this.paint()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.load(), Math.random() * SPREAD)
  },

  onUnits(event) {
    this.setData({ units: { ...this.data.units, [event.currentTarget.dataset.item]: event.detail.value } })
  },

  onBuy(event) {
    const { session, sku, product } = event.currentTarget.dataset
    activities.buy(TOOL, session, [{ sku, quantity: this.data.units[session + sku] || 1, product }])
  },

  onProduct(event) {
    links.open(url.to('/pages/product/product', { key: event.currentTarget.dataset.product }))
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  onShareAppMessage() {
    const [first] = this.data.sessions
    const item = first && first.items[0]
    return { title: item ? `限时秒杀：${item.product.title}` : '限时秒杀', path: url.to('/packages/marketing/flash-sale/flash-sale', { activity: first && first.key }), imageUrl: item ? item.product.cover : '' }
  }
})
