const themed = require('../../services/themed')
const basket = require('../../services/basket')
const cart = require('../../services/cart')
const catalogue = require('../../services/catalogue')
const members = require('../../services/members')
const requests = require('../../services/request')
const offers = require('../../services/offers')
const shop = require('../../services/shop')
const stock = require('../../services/stock')
const links = require('../../utils/links')
const offered = require('../../utils/offers')
const skus = require('../../utils/skus')
const url = require('../../utils/url')
const model = require('./model')

Page({
  behaviors: [themed],
  data: {
    key: '',
    status: 'loading',
    product: null,
    detail: '',
    pictures: [],
    from: false,
    /** What the member's level makes of the price, or null. */
    memberPrice: null,
    /** The limited-time discount: { until, prices }, or null; and what else runs. */
    limited: null,
    offers: [],
    kind: '',
    brand: null,
    beside: [],
    words: '',
    sheet: { open: false, mode: 'both' },
    /** "guarantees", "brand", "contact" or "" */
    panel: '',
    phone: '',
    lines: 0,
    kept: false,
    /** The poster's picture and whether it is open. */
    poster: { open: false, picture: '' }
  },

  /** Ends the watch of the stock. */
  unwatch: null,
  /** Ends the watch of the cart's count. */
  uncount: null,
  /** SKU key → units, as heard. */
  units: {},
  keeping: false,
  level: null,
  /** The product without what runs for it. */
  plain: null,
  /** The key of the chosen SKU. */
  sku: '',

  /** By `key`; the code of a poster tells it as its `scene`. */
  onLoad(query) {
    this.units = {}
    this.setData({ key: query.key || url.read(query.scene) })
    this.uncount = cart.watch((lines) => this.setData({ lines }))
    this.load()
  },

  onShow() {
    members.level().then((level) => {
      this.level = level
      this.priceForMember()
    })
    this.endWatch()
    this.unwatch = stock.watch(this.data.key, (units) => this.hear(units))
  },

  onHide() {
    this.endWatch()
  },

  onUnload() {
    this.endWatch()
    this.uncount()
  },

  endWatch() {
    if (this.unwatch) this.unwatch()
    this.unwatch = null
  },

  async load() {
    try {
      const product = await catalogue.product(this.data.key, (answer) => this.take(answer))
      this.complete(product)
    } catch (error) {
      this.fail(error)
    }
  },

  take(answer) {
    const view = model.view(answer)
    this.plain = view.product
    this.setData({ ...view, ...this.sold(), status: 'ready' })
    wx.setNavigationBarTitle({ title: answer.title })
    this.priceForMember()
  },

  /** The product at today's prices and stock: { product, from }. */
  sold(limited = this.data.limited) {
    const product = offered.priced(skus.withStock(this.plain, this.units), limited)
    return { product, from: product.skus.some((sku) => sku.price !== product.price) }
  },

  priceForMember() {
    this.setData({ memberPrice: model.memberPrice(this.plain, this.level, this.sku, this.data.product) })
  },

  async loadOffers() {
    const found = await offers.ofProduct(this.data.key)
    const limited = offered.limited(found)
    this.setData({ offers: offered.rows(found, this.data.key), limited, ...this.sold(limited) })
    this.priceForMember()
  },

  /** What may come after the product itself; none of it keeps the page from being used. */
  complete(product) {
    const { key } = product
    this.loadOffers()
    members.visited(key)
    members.isFavourite(key).then((kept) => this.setData({ kept }))
    catalogue.recommendations(key).then((rows) => this.setData({ beside: model.beside(product, rows) }))
    shop.bootstrap().then((said) => this.setData({ phone: said.service_phone }), () => {})
  },

  fail(error) {
    if (error.status === 404) {
      this.endWatch()
      this.setData({ status: 'gone' })
    } else if (this.data.status === 'ready') requests.tell(error)
    else this.setData({ status: 'error' })
  },

  hear(units) {
    this.units = { ...this.units, ...units }
    if (!this.data.product) return
    const product = skus.withStock(this.data.product, units)
    this.setData({ 'product.skus': product.skus, 'product.sold_out': product.sold_out })
  },

  onRetry() {
    this.setData({ status: 'loading' })
    this.load()
  },

  onOffer(event) {
    const { path } = event.currentTarget.dataset
    if (path) links.open(path)
  },

  onChooser(event) {
    this.setData({ sheet: { open: true, mode: event.currentTarget.dataset.mode } })
  },

  onSheetClose() {
    this.setData({ 'sheet.open': false })
  },

  onChoose(event) {
    this.sku = event.detail.sku
    this.setData({ words: event.detail.words })
    this.priceForMember()
  },

  async onAdd(event) {
    const { sku, quantity } = event.detail
    this.onSheetClose()
    const line = await cart.add(sku, quantity).catch(() => null) // what went wrong was told
    if (line) wx.showToast({ title: '已加入购物车', icon: 'success' })
  },

  onBuy(event) {
    const { sku, quantity, form, product } = event.detail
    this.onSheetClose()
    basket.ofItems([{ sku, quantity, form, product }])
    links.open('/packages/order/checkout/checkout')
  },

  onAddBeside(event) {
    this.selectComponent('#quick-add').add(event.detail.key)
  },

  async onHeart() {
    if (this.keeping) return
    this.keeping = true
    const { key, kept } = this.data
    this.setData({ kept: !kept })
    const asked = kept ? members.removeFavourite(key) : members.addFavourite(key)
    const done = await asked.then(() => true, () => false)
    if (!done) this.setData({ kept })
    else wx.showToast({ title: kept ? '已取消收藏' : '已收藏', icon: 'none' })
    this.keeping = false
  },

  onPoster() {
    this.setData({ poster: { open: true, picture: model.shared(this.data.pictures) } })
  },

  onPosterClose() {
    this.setData({ 'poster.open': false })
  },

  onPanel(event) {
    this.setData({ panel: event.currentTarget.dataset.panel })
  },

  onPanelClose() {
    this.setData({ panel: '' })
  },

  onProof(event) {
    const urls = this.data.brand.qualifications.map((picture) => picture.jpeg || picture.large)
    wx.previewImage({ urls, current: urls[event.currentTarget.dataset.index] })
  },

  onCall() {
    wx.makePhoneCall({ phoneNumber: this.data.phone, fail: () => {} })
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  onCart() {
    wx.switchTab({ url: '/pages/cart/cart' })
  },

  onShareAppMessage() {
    const { key, product, pictures } = this.data
    return { title: product ? product.title : '', path: url.to('/pages/product/product', { key }), imageUrl: model.shared(pictures) }
  },

  onShareTimeline() {
    const { key, product, pictures } = this.data
    return { title: product ? product.title : '', query: `key=${key}`, imageUrl: model.shared(pictures) }
  }
})
