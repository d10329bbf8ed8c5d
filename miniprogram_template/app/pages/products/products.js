const themed = require('../../services/themed')
const catalogue = require('../../services/catalogue')
const { endless } = require('../../utils/endless')
const filters = require('../../utils/filters')
const links = require('../../utils/links')
const url = require('../../utils/url')
const model = require('./model')

Page({
  behaviors: [themed],
  data: {
    keyword: '',
    title: '',
    sort: '',
    sorts: model.sorts(''),
    filters: filters.NONE,
    base: {},
    active: 0,
    open: false,
    status: 'loading',
    more: '',
    count: 0,
    rows: []
  },

  /** utils/endless */
  list: null,
  start: filters.NONE,

  onLoad(query) {
    const [keyword, title, sort] = [query.keyword, query.title, query.sort].map(url.read)
    this.start = { ...filters.NONE, category: query.category || '', brand: query.brand || '' }
    if (title) wx.setNavigationBarTitle({ title })
    this.setData({ keyword, title, sort, sorts: model.sorts(sort), filters: this.start, base: keyword ? { keyword } : {} })
    this.list = endless((page, seen) => this.ask(page, seen), (patch) => this.setData(patch))
    this.list.restart()
  },

  ask(page, seen) {
    const { keyword, sort } = this.data
    return catalogue.products({ ...filters.query(this.data.filters), keyword, sort }, page, seen)
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

  onRetry() {
    this.list.restart()
  },

  onMore() {
    this.list.more()
  },

  onReachBottom() {
    this.list.more()
  },

  async onPullDownRefresh() {
    await this.list.restart(true)
    wx.stopPullDownRefresh()
  },

  onShareAppMessage() {
    const { keyword, title, sort } = this.data
    return { title: keyword || title || '商品', path: url.to('/pages/products/products', { keyword, title, sort, category: this.start.category }) }
  }
})
