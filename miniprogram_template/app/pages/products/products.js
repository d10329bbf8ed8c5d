const cart = require('../../services/cart')
const catalogue = require('../../services/catalogue')
const pages = require('../../services/pages')
const session = require('../../services/session')
const filters = require('../../utils/filters')
const links = require('../../utils/links')
const reductions = require('../../utils/reductions')
const url = require('../../utils/url')
const model = require('./model')

Page(pages.growing({
  data: {
    keyword: '',
    title: '',
    /** The activity or coupon whose goods these are, its rule, how the cart stands with it, and whether it is over. */
    promotion: '',
    note: '',
    standing: '',
    over: false,
    sort: '',
    sorts: model.sorts(''),
    filters: filters.NONE,
    base: {},
    active: 0,
    open: false
  },

  start: filters.NONE,

  onLoad(query) {
    const [keyword, title, sort, note] = [query.keyword, query.title, query.sort, query.note].map(url.read)
    const promotion = query.promotion || ''
    this.start = { ...filters.NONE, category: query.category || '', brand: query.brand || '' }
    if (title) wx.setNavigationBarTitle({ title })
    const base = { ...(keyword && { keyword }), ...(promotion && { promotion }) }
    this.setData({ keyword, title, promotion, note, sort, sorts: model.sorts(sort), filters: this.start, base })
    this.begin()
  },

  /** The list stays as it is, where the shopper left it. */
  onShow() {
    this.stand()
  },

  async ask(page, seen) {
    const { keyword, sort, promotion } = this.data
    try {
      return await catalogue.products({ ...filters.query(this.data.filters), keyword, sort, promotion }, page, seen)
    } catch (error) {
      if (promotion && error.status === 404) this.setData({ over: true })
      throw error
    }
  },

  /** How the shopper's cart stands with the promotion; nobody logs in for this. */
  async stand() {
    if (!this.data.promotion || !session.token()) return
    const said = await cart.read().catch(() => null)
    const some = said && said.items.some((item) => item.is_selected && item.is_available)
    const quote = some ? await cart.price().catch(() => null) : null
    this.setData({ standing: quote ? reductions.standing(quote, this.data.promotion) : '' })
  },

  onCart() {
    wx.switchTab({ url: '/pages/cart/cart' })
  },

  onSort(event) {
    const sort = model.next(this.data.sort, event.currentTarget.dataset.key)
    this.setData({ sort, sorts: model.sorts(sort) })
    this.list.restart()
  },

  onFilter() {
    this.setData({ open: true })
  },

  onFilterClose() {
    this.setData({ open: false })
  },

  onApply(event) {
    this.narrow(event.detail.filters)
  },

  onClear() {
    this.narrow(this.start)
  },

  narrow(next) {
    this.setData({ open: false, filters: next, active: filters.active(next, this.start) })
    this.list.restart()
  },

  onSearch() {
    const back = getCurrentPages().slice(-2)[0]
    if (back && back.route === 'pages/search/search') wx.navigateBack()
    else links.open(url.to('/pages/search/search', { keyword: this.data.keyword }))
  },

  onAdd(event) {
    this.selectComponent('#quick-add').add(event.detail.key)
  },

  onMore() {
    this.list.more()
  },

  onShareAppMessage() {
    const { keyword, title, sort, promotion, note } = this.data
    return { title: keyword || title || '商品', path: url.to('/pages/products/products', { keyword, title, sort, promotion, note, category: this.start.category }) }
  }
}))
