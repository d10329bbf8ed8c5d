const themed = require('../../../../services/themed')
const aftersales = require('../../services/aftersales')
const orders = require('../../services/orders')
const url = require('../../../../utils/url')
const { idempotencyKey } = require('../../../../utils/key')
const model = require('../model')

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready", "empty" or "error" */
    state: 'loading',
    message: '',
    lines: [],
    amount: 0,
    reasons: model.REASONS.map((reason) => reason.text),
    reason: -1,
    description: '',
    busy: false
  },

  number: '',
  only: '',
  order: null,
  pictures: [],
  uploading: false,
  /** The same until an answer came. */
  key: '',

  onLoad({ number, line }) {
    this.number = number
    this.only = line || ''
    this.load()
  },

  async load() {
    try {
      this.order = await orders.read(this.number)
      this.show(model.lines(this.order, this.only))
    } catch (error) {
      this.setData({ state: 'error', message: error.message })
    }
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  },

  show(lines) {
    this.setData({ state: lines.length ? 'ready' : 'empty', lines, amount: model.amount(this.order, lines) })
  },

  /** Change a line and what it all comes to. */
  put(index, values) {
    const lines = this.data.lines.map((line, at) => (at === index ? { ...line, ...values } : line))
    this.setData({ [`lines[${index}]`]: lines[index], amount: model.amount(this.order, lines) })
  },

  onTick(event) {
    const { index } = event.currentTarget.dataset
    this.put(index, { on: !this.data.lines[index].on })
  },

  onUnits(event) {
    this.put(event.currentTarget.dataset.index, { units: event.detail.value, on: true })
  },

  onReason(event) {
    this.setData({ reason: Number(event.detail.value) })
  },

  onType(event) {
    this.setData({ description: event.detail.value })
  },

  onPictures(event) {
    this.pictures = event.detail.pictures
    this.uploading = event.detail.busy
  },

  async onSubmit() {
    const { lines, description, busy } = this.data
    if (busy) return
    const reason = this.data.reason >= 0 ? model.REASONS[this.data.reason].key : ''
    const words = model.obstacle(lines, { reason, busy: this.uploading })
    if (words) {
      wx.showToast({ title: words, icon: 'none' })
      return
    }
    this.setData({ busy: true })
    await this.send(model.body(this.number, lines, { reason, description, pictures: this.pictures }))
    this.setData({ busy: false })
  },

  async send(wanted) {
    if (!this.key) this.key = idempotencyKey()
    try {
      const { number } = await aftersales.apply(wanted, this.key)
      wx.redirectTo({ url: url.to('/packages/order/after-sale/detail/detail', { number }) })
    } catch (error) {
      if (!error.passing && error.code !== 'in_progress') this.key = ''
      wx.showToast({ title: error.message, icon: 'none', duration: 2500 })
      if (error.code === 'units_exceeded') this.load()
      if (error.code === 'idempotency_key_reused') wx.redirectTo({ url: '/packages/order/after-sale/list/list' })
    }
  }
})
