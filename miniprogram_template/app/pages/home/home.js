const themed = require('../../services/themed')
const requests = require('../../services/request')
const shop = require('../../services/shop')
const links = require('../../utils/links')
const url = require('../../utils/url')
const model = require('./model')

Page({
  behaviors: [themed],
  data: { status: 'loading', name: '', logo: '', notice: '', theme: '', home: null, still: false },

  onLoad() {
    this.drawn = new Promise((resolve) => {
      this.onDrawn = resolve
    })
    this.open()
  },

  onReady() {
    this.onDrawn()
  },

  async open() {
    await Promise.all([this.greet(), this.load()])
    await this.drawn
    this.remember()
  },

  /** The next launch shows this until the page itself is there; nothing in it is about the shopper. */
  remember() {
    if (this.setInitialRenderingCache && this.data.status === 'ready') this.setInitialRenderingCache(model.first(this.data))
  },

  /** The shop's name and notice; without them the page is still good. */
  async greet() {
    this.introduce(shop.now())
    this.introduce(await shop.bootstrap().catch(() => null))
  },

  introduce(said) {
    if (!said) return
    wx.setNavigationBarTitle({ title: said.shop.name })
    this.setData({ name: said.shop.name, logo: said.logo || '', notice: said.notice })
  },

  async load() {
    try {
      await shop.home((home) => this.setData({ home: model.view(home), status: 'ready' }))
    } catch (error) {
      if (this.data.status === 'ready') requests.tell(error)
      else this.setData({ status: 'error' })
    }
  },

  onRetry() {
    this.setData({ status: 'loading' })
    this.open()
  },

  async onPullDownRefresh() {
    await this.open()
    wx.stopPullDownRefresh()
  },

  onSearch() {
    links.open('/pages/search/search')
  },

  onItem(event) {
    const { place, index } = event.currentTarget.dataset
    const item = this.data.home[place][index]
    links.follow(item.link, item.title)
  },

  onList(event) {
    const { sort, title } = event.currentTarget.dataset
    links.open(url.to('/pages/products/products', { sort, title }))
  },

  onAdd(event) {
    this.selectComponent('#quick-add').add(event.detail.key)
  },

  onShareAppMessage() {
    return { title: this.data.name, path: '/pages/home/home' }
  },

  onShareTimeline() {
    return { title: this.data.name }
  }
})
