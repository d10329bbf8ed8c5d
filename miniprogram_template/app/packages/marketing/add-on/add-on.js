const pages = require('../../../services/pages')
const session = require('../../../services/session')
const activities = require('../services/activities')
const addOns = require('../services/add-ons')
const links = require('../../../utils/links')
const money = require('../../../utils/money')
const url = require('../../../utils/url')
const model = require('./model')

Page(pages.one({
  data: {
    activity: null,
    /** What the cart lacks, in fen; null while nobody knows. And that in words. */
    missing: null,
    standing: {},
    rows: [],
    count: 0,
    sum: 0,
    busy: false
  },

  key: '',
  /** The SKUs that are chosen. */
  chosen: [],

  onLoad({ activity }) {
    this.key = activity
    this.chosen = []
    this.load()
  },

  async read() {
    const activity = await activities.read(this.key)
    const there = activity.items.filter((item) => !item.sold_out).map((item) => item.sku)
    this.chosen = this.chosen.filter((sku) => there.includes(sku))
    this.setData({ activity, status: 'ready' })
    this.paint()
    this.stand(await this.missing(there[0]))
  },

  /** What the cart lacks to add the SKU; nobody logs in for this. */
  async missing(sku) {
    if (!sku || !session.token() || this.data.activity.phase === 'COMING') return null
    return addOns.missing(this.key, sku).catch(() => null)
  },

  stand(missing) {
    this.setData({ missing, standing: model.standing(this.data.activity.details.threshold, missing) })
  },

  paint() {
    const { items } = this.data.activity
    this.setData({ rows: model.rows(items, this.chosen), ...model.totals(items, this.chosen), standing: model.standing(this.data.activity.details.threshold, this.data.missing) })
  },

  onPick(event) {
    const { sku, off } = event.currentTarget.dataset
    if (off) return
    const chosen = model.tapped(this.chosen, sku)
    const most = model.most(this.data.activity)
    if (chosen.length > most) {
      wx.showToast({ title: `每单最多换购 ${most} 件`, icon: 'none' })
      return
    }
    this.chosen = chosen
    this.paint()
  },

  /** Goods that count for the threshold. */
  onGather() {
    const { details, title } = this.data.activity
    const note = `满 ¥${money.yuan(details.threshold)} 可以加价换购`
    links.open(url.to('/pages/products/products', details.is_all ? { title: '去凑单', note } : { promotion: this.key, title, note }))
  },

  async onBuy() {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      const { items } = this.data.activity
      await addOns.buy(this.key, items.filter((item) => this.chosen.includes(item.sku)).map((item) => ({ sku: item.sku, product: item.product.key })))
    } catch (error) {
      wx.showToast({ title: error.message, icon: 'none' })
    } finally {
      this.setData({ busy: false })
    }
  },

  /** It begins, or it is over. */
  onTurn() {
    this.load()
  },

  onShareAppMessage() {
    const { activity } = this.data
    const [first] = activity ? activity.items : []
    return { title: activity ? `加价换购：${activity.title}` : '加价换购', path: url.to('/packages/marketing/add-on/add-on', { activity: this.key }), imageUrl: first ? first.product.cover : '' }
  }
}))
