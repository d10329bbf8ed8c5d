const themed = require('../../services/themed')
const basket = require('../../services/basket')
const cart = require('../../services/cart')
const catalogue = require('../../services/catalogue')
const offers = require('../../services/offers')
const session = require('../../services/session')
const links = require('../../utils/links')
const model = require('./model')

const PAUSE = 400 // milliseconds without a tap before a number of units is sent

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready" or "error" */
    state: 'loading',
    message: '',
    /** Nobody is logged in: he may have a cart from before. */
    stranger: false,
    lines: [],
    gone: [],
    totals: { count: 0, units: 0, total: 0, all: false },
    /** What the selected lines cost after reductions, null while that is not known; whether it is of an earlier selection. */
    price: null,
    stale: false,
    editing: false,
    sheet: { open: false, product: null, chosen: null, quantity: 1, line: '' }
  },

  /** Line → { timer, before }: numbers of units that the server does not know yet. */
  waiting: {},
  asked: 0,
  /** The last time that the price was asked for, or made stale. */
  pricing: 0,

  onShow() {
    this.load()
  },

  onHide() {
    this.flush()
  },

  onUnload() {
    this.flush()
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  /** Nobody is logged in for looking at the cart. */
  async load() {
    const asked = ++this.asked
    const stranger = !session.token()
    this.setData({ stranger })
    if (stranger) return this.show({ items: [], problems: [] })
    try {
      const said = await cart.read()
      if (asked === this.asked && !Object.keys(this.waiting).length) this.show(said)
    } catch (error) {
      this.setData({ price: null, stale: false })
      if (this.data.state === 'ready') wx.showToast({ title: error.message, icon: 'none' })
      else this.setData({ state: 'error', message: error.message })
    }
    return undefined
  },

  async onLogIn() {
    const done = await session.ensure().then(() => true, (error) => wx.showToast({ title: error.message, icon: 'none' }) && false)
    if (done) this.load()
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  },

  show(said) {
    const { lines, gone } = model.painted(said)
    this.setData({ state: 'ready', lines, gone, totals: model.totals(lines) })
    this.loadPrice()
  },

  /** What is selected, with everything that holds by itself; without an answer its plain sum is shown. */
  async loadPrice() {
    const asked = ++this.pricing
    const quote = this.data.totals.count ? await cart.price().catch(() => null) : null
    if (asked === this.pricing) this.setData({ price: quote && model.priced(quote), stale: false })
  },

  /** Paint a line with new values at once. */
  patch(key, values) {
    const lines = this.data.lines.map((line) => (line.key === key ? { ...line, ...values } : line))
    const index = lines.findIndex((line) => line.key === key)
    if (index < 0) return
    this.pricing += 1 // what is on its way was asked for what was selected before
    this.setData({ [`lines[${index}]`]: lines[index], totals: model.totals(lines), stale: true })
  },

  line(key) {
    return this.data.lines.find((line) => line.key === key)
  },

  onQuantity(event) {
    const { key } = event.currentTarget.dataset
    const { value } = event.detail
    const kept = this.waiting[key]
    const before = kept ? kept.before : this.line(key).quantity
    if (kept) clearTimeout(kept.timer)
    this.patch(key, { quantity: value })
    this.waiting[key] = { before, value, timer: setTimeout(() => this.send(key), PAUSE) }
  },

  /** Send a number of units; put back what was there when it is refused. */
  async send(key) {
    const { before, value, timer } = this.waiting[key]
    clearTimeout(timer)
    delete this.waiting[key]
    if (before === value) return
    try {
      await cart.change(key, { quantity: value })
    } catch (error) {
      if (!this.waiting[key]) this.patch(key, { quantity: before })
      wx.showToast({ title: error.message, icon: 'none' })
    }
    await this.load()
  },

  flush() {
    return Promise.all(Object.keys(this.waiting).map((key) => this.send(key)))
  },

  onSelect(event) {
    const line = this.line(event.currentTarget.dataset.key)
    return this.select([line], !line.is_selected)
  },

  onSelectAll() {
    const wanted = !this.data.totals.all
    return this.select(this.data.lines.filter((line) => line.is_selected !== wanted), wanted)
  },

  async select(lines, wanted) {
    lines.forEach((line) => this.patch(line.key, { is_selected: wanted }))
    try {
      await Promise.all(lines.map((line) => cart.change(line.key, { is_selected: wanted })))
    } catch (error) {
      wx.showToast({ title: error.message, icon: 'none' })
    }
    await this.load() // also says what is wrong with the new selection
  },

  onEdit() {
    this.setData({ editing: !this.data.editing })
  },

  onRemove(event) {
    const { key, title } = event.currentTarget.dataset
    wx.showModal({ title: '删除商品？', content: title, confirmText: '删除', success: ({ confirm }) => confirm && this.remove([key]) })
  },

  onRemoveSelected() {
    const keys = this.data.lines.filter((line) => line.is_selected).map((line) => line.key)
    if (!keys.length) {
      wx.showToast({ title: '请先勾选商品', icon: 'none' })
      return
    }
    const success = ({ confirm }) => confirm && this.remove(keys)
    wx.showModal({ title: '删除商品？', content: `删除选中的 ${keys.length} 种商品`, confirmText: '删除', success })
  },

  onClear() {
    const keys = this.data.gone.map((line) => line.key)
    wx.showModal({ title: '清空失效商品？', content: `共 ${keys.length} 种`, confirmText: '清空', success: ({ confirm }) => confirm && this.remove(keys) })
  },

  async remove(keys) {
    await Promise.all(keys.map((key) => cart.remove(key).catch(() => {}))) // told by the service
    await this.load()
  },

  async onSpec(event) {
    const line = this.line(event.currentTarget.dataset.key)
    const open = (product) => this.setData({ sheet: { open: true, product, chosen: { ...line.sku.options }, quantity: line.quantity, line: line.key } })
    const asked = catalogue.product(line.sku.product_key, () => {}).then(offers.sold)
    await asked.then(open, (error) => wx.showToast({ title: error.message, icon: 'none' }))
  },

  onSheetClose() {
    this.setData({ 'sheet.open': false })
  },

  /** Another SKU in place of a line's: the new one first, so that nothing is lost when it is refused. */
  async onSheetAdd(event) {
    const line = this.line(this.data.sheet.line)
    const { sku, quantity } = event.detail
    this.onSheetClose()
    if (!line) return
    try {
      if (sku === line.sku.key) await cart.change(line.key, { quantity })
      else {
        await cart.add(sku, quantity)
        await cart.remove(line.key)
      }
    } catch (error) {
      if (sku === line.sku.key) wx.showToast({ title: error.message, icon: 'none' })
    }
    await this.load()
  },

  onOpen(event) {
    links.open(`/pages/product/product?key=${event.currentTarget.dataset.product}`)
  },

  onNear(event) {
    links.open(event.currentTarget.dataset.path)
  },

  async onCheckout() {
    await this.flush()
    const words = model.obstacle(this.data.lines)
    if (words) {
      wx.showToast({ title: words, icon: 'none', duration: 2500 })
      return
    }
    basket.ofCart(model.basket(this.data.lines))
    links.open('/packages/order/checkout/checkout')
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  }
})
