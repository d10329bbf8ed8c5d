const pages = require('../../../services/pages')
const activities = require('../services/activities')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const TOOL = 'bundle'

Page(pages.one({
  data: {
    activity: null,
    /** What a set is made of, what it costs one by one and together (fen), and whether a part is missing. */
    parts: [],
    normal: 0,
    price: 0,
    saved: 0,
    gone: false,
    sets: 1,
    most: 99
  },

  key: '',

  onLoad({ activity }) {
    this.key = activity
    this.load()
  },

  async read() {
    const activity = await activities.read(this.key)
    this.setData({ ...model.view(activity), most: model.most(activity), status: 'ready' })
  },

  onSets(event) {
    this.setData({ sets: event.detail.value })
  },

  onBuy() {
    activities.buy(TOOL, this.key, model.items(this.data.parts, this.data.sets))
  },

  onProduct(event) {
    links.open(url.to('/pages/product/product', { key: event.currentTarget.dataset.product }))
  },

  /** It begins, or it is over. */
  onTurn() {
    this.load()
  },

  onShareAppMessage() {
    const { activity, parts } = this.data
    return { title: activity ? `优惠套餐：${activity.title}` : '优惠套餐', path: url.to('/packages/marketing/bundle/bundle', { activity: this.key }), imageUrl: parts.length ? parts[0].product.cover : '' }
  }
}))
