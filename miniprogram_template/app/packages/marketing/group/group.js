const pages = require('../../../services/pages')
const activities = require('../services/activities')
const groups = require('../services/groups')
const goods = require('../goods')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const TOOL = 'group_buy'
const AFTER_THE_END = 3000 // milliseconds until the server has ended a group

Page(pages.one({
  data: {
    group: null,
    said: {},
    seats: [],
    products: [],
    product: null,
    sku: null
  },

  key: '',
  timer: null,

  onLoad({ key }) {
    this.key = key
    this.load()
  },

  onUnload() {
    clearTimeout(this.timer)
  },

  async read() {
    const { product, sku } = this.data
    const view = model.view(await groups.read(this.key))
    this.setData({ ...view, ...goods.chosen(view.products, product && product.key, sku && sku.key), status: 'ready' })
  },

  /** Its time is over; the server completes or fails it a moment later. */
  onOver() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.load(), AFTER_THE_END)
  },

  onChoose(event) {
    this.setData(goods.chosen(this.data.products, event.detail.product, event.detail.sku))
  },

  onJoin() {
    const { group, product, sku } = this.data
    activities.buy(TOOL, group.activity, [{ sku: sku.key, quantity: 1, product: product.key }], group.key)
  },

  onOrder() {
    links.open(url.to('/packages/order/detail/detail', { number: this.data.group.order }))
  },

  onOwn() {
    links.open(url.to('/packages/marketing/group-buy/group-buy', { activity: this.data.group.activity }))
  },

  onShareAppMessage() {
    const { group, product } = this.data
    const title = group && group.state === 'OPEN' ? `还差 ${group.missing} 人，一起拼：${product.title}` : '拼团'
    return { title, path: url.to('/packages/marketing/group/group', { key: this.key }), imageUrl: product ? product.cover : '' }
  }
}))
