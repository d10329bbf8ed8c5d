const themed = require('../../services/themed')
const catalogue = require('../../services/catalogue')
const searched = require('../../services/searched')
const links = require('../../utils/links')
const { suggesting } = require('../../utils/suggesting')
const url = require('../../utils/url')

Page({
  behaviors: [themed],
  data: { text: '', history: [], hot: [], words: [], status: 'loading' },

  /** utils/suggesting */
  suggestions: null,

  onLoad(query) {
    this.suggestions = suggesting(catalogue.suggestions, (words) => this.setData({ words }))
    this.setData({ text: url.read(query.keyword) })
    this.load()
  },

  onShow() {
    this.setData({ history: searched.list() })
  },

  onUnload() {
    this.suggestions.end()
  },

  async load() {
    this.setData({ status: 'loading' })
    const hot = await catalogue.hotWords().catch(() => null)
    this.setData({ hot: hot || [], status: hot ? 'ready' : 'error' })
  },

  onType(event) {
    this.setData({ text: event.detail.value })
    this.suggestions.type(event.detail.value)
  },

  onEmpty() {
    this.setData({ text: '', words: [] })
    this.suggestions.type('')
  },

  onGo() {
    this.find(this.data.text.trim())
  },

  onWord(event) {
    this.setData({ text: event.currentTarget.dataset.word })
    this.find(event.currentTarget.dataset.word)
  },

  find(word) {
    if (!word) return
    this.suggestions.type('')
    this.setData({ history: searched.note(word) })
    links.open(url.to('/pages/products/products', { keyword: word }))
  },

  async onClear() {
    const { confirm } = await wx.showModal({ title: '清空搜索记录？', confirmText: '清空' })
    if (!confirm) return
    searched.clear()
    this.setData({ history: [] })
  }
})
