const pages = require('../../../services/pages')
const activities = require('../services/activities')
const groups = require('../services/groups')
const goods = require('../goods')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const TOOL = 'group_buy'

Page(pages.one({
  data: {
    activity: null,
    products: [],
    sizes: [],
    rules: [],
    /** The product and the SKU that are chosen. */
    product: null,
    sku: null,
    /** Which of the sizes is chosen, and what a unit costs in it. */
    place: 0,
    price: 0,
    quantity: 1,
    most: 99,
    /** Groups that may be joined. */
    groups: []
  },

  key: '',
  wanted: '',

  /** By `activity`; `product` is what to begin with. */
  onLoad({ activity, product }) {
    this.key = activity
    this.wanted = product || ''
    this.load()
  },

  again() {
    this.loadGroups()
  },

  async read() {
    const activity = await activities.read(this.key)
    const view = model.view(activity)
    const { product, sku } = this.data
    const chosen = this.chosen(view, product ? product.key : this.wanted, sku ? sku.key : '', this.data.place)
    this.setData({ ...view, ...chosen, most: model.most(activity), status: 'ready' })
    await this.loadGroups()
  },

  /** Without them a group can still be opened. */
  async loadGroups() {
    const rows = await groups.open(this.key).catch(() => null)
    if (rows) this.setData({ groups: rows })
  },

  /** What is painted of a product, a SKU and a size: what they are, and what a unit costs. */
  chosen({ activity, products }, product, sku, place) {
    const found = goods.chosen(products, product, sku)
    return { ...found, place, price: found.sku ? model.price(activity, found.sku.key, place) : 0 }
  },

  onChoose(event) {
    this.setData(this.chosen(this.data, event.detail.product, event.detail.sku, this.data.place))
  },

  onSize(event) {
    const { product, sku } = this.data
    this.setData(this.chosen(this.data, product.key, sku.key, event.currentTarget.dataset.place))
  },

  onQuantity(event) {
    this.setData({ quantity: event.detail.value })
  },

  onOpenGroup() {
    const { sizes, place } = this.data
    this.buy(model.opening(sizes, place))
  },

  onJoin(event) {
    links.open(url.to('/packages/marketing/group/group', { key: event.detail.key }))
  },

  buy(option) {
    const { product, sku, quantity } = this.data
    activities.buy(TOOL, this.key, [{ sku: sku.key, quantity, product: product.key }], option)
  },

  onAlone() {
    links.open(url.to('/pages/product/product', { key: this.data.product.key }))
  },

  /** It begins, or it is over. */
  onTurn() {
    this.load()
  },

  onShareAppMessage() {
    const { activity, product } = this.data
    return { title: product ? `拼团：${product.title}` : '拼团', path: url.to('/packages/marketing/group-buy/group-buy', { activity: activity && activity.key }), imageUrl: product ? product.cover : '' }
  }
}))
