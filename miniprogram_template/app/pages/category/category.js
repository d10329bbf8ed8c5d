const themed = require('../../services/themed')
const catalogue = require('../../services/catalogue')
const { endless } = require('../../utils/endless')
const links = require('../../utils/links')
const model = require('./model')

Page({
  behaviors: [themed],
  data: {
    tree: 'loading',
    top: [],
    levels: [],
    path: [],
    category: '',
    tagline: '',
    refreshing: false,
    status: 'loading',
    more: '',
    count: 0,
    rows: []
  },

  /** utils/endless */
  list: null,
  categories: [],

  onLoad() {
    this.list = endless((page, seen) => catalogue.products({ category: this.data.category }, page, seen), (patch) => this.setData(patch))
    this.load()
  },

  async load() {
    if (!this.categories.length) this.setData({ tree: 'loading' })
    try {
      await catalogue.categories((tree) => this.take(tree))
    } catch (_error) {
      if (!this.categories.length) this.setData({ tree: 'error' })
    }
  },

  take(tree) {
    this.categories = tree
    this.setData({ tree: tree.length ? 'ready' : 'empty' })
    this.walk(this.data.path)
  },

  walk(path) {
    const { rows, ...view } = model.view(this.categories, path)
    const moved = view.category !== this.data.category
    this.setData({ ...view, levels: rows })
    if (moved) this.list.restart()
  },

  onTop(event) {
    this.walk([event.currentTarget.dataset.key])
  },

  onChoice(event) {
    const { level, key } = event.currentTarget.dataset
    this.walk(model.chosen(this.data.path, level, key))
  },

  onSearch() {
    links.open('/pages/search/search')
  },

  onAdd(event) {
    this.selectComponent('#quick-add').add(event.detail.key)
  },

  onMore() {
    this.list.more()
  },

  onRetry() {
    this.list.restart()
  },

  async onRefresh() {
    this.setData({ refreshing: true })
    await Promise.all([this.load(), this.list.restart(true)])
    this.setData({ refreshing: false })
  },

  onShareAppMessage() {
    return { title: '全部分类', path: '/pages/category/category' }
  }
})
