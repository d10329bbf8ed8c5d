const themed = require('../../../services/themed')
const orders = require('../services/orders')
const reviews = require('../../../services/reviews')
const model = require('./model')

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready", "done" or "error" */
    state: 'loading',
    message: '',
    scores: model.SCORES,
    mostWords: model.MOST_WORDS,
    tags: [],
    lines: [],
    ships: true,
    anonymous: false,
    service: 0,
    logistics: 0,
    busy: false
  },

  number: '',
  allTags: [],

  onLoad({ number }) {
    this.number = number
    this.load()
  },

  async load() {
    try {
      const [said, order] = await Promise.all([reviews.ofOrder(this.number), orders.read(this.number)])
      this.allTags = said.tags
      const lines = model.drafts(said.open, order).map((draft) => ({ ...draft, choices: model.tags(said.tags, draft.tags) }))
      this.setData({ state: lines.length ? 'ready' : 'done', lines, ships: order.fulfilment !== 'VIRTUAL' })
    } catch (error) {
      this.setData({ state: 'error', message: error.message })
    }
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  },

  /** Set a field of the draft that an event is about. */
  put(event, name, value) {
    this.setData({ [`lines[${event.currentTarget.dataset.index}].${name}`]: value })
  },

  onScore(event) {
    this.put(event, 'score', event.detail.value)
  },

  onTag(event) {
    const { index, name } = event.currentTarget.dataset
    const tags = model.toggled(this.data.lines[index].tags, name)
    this.put(event, 'tags', tags)
    this.put(event, 'choices', model.tags(this.allTags, tags))
  },

  onType(event) {
    this.put(event, 'content', event.detail.value)
  },

  onPictures(event) {
    this.put(event, 'pictures', event.detail.pictures)
    this.put(event, 'busy', event.detail.busy)
  },

  onAnonymous() {
    this.setData({ anonymous: !this.data.anonymous })
  },

  onService(event) {
    this.setData({ service: event.detail.value })
  },

  onLogistics(event) {
    this.setData({ logistics: event.detail.value })
  },

  async onSubmit() {
    const { lines, anonymous, service, logistics, busy } = this.data
    if (busy) return
    if (lines.some((line) => line.busy)) {
      wx.showToast({ title: '图片还在上传，请稍等', icon: 'none' })
      return
    }
    this.setData({ busy: true })
    try {
      await reviews.send(this.number, model.body(lines, { anonymous, service, logistics }))
      this.setData({ state: 'done', busy: false })
      wx.pageScrollTo({ scrollTop: 0, duration: 0 })
    } catch (error) {
      this.setData({ busy: false })
      wx.showToast({ title: error.message, icon: 'none', duration: 2500 })
    }
  },

  onMine() {
    wx.redirectTo({ url: '/packages/member/reviews/reviews' })
  }
})
