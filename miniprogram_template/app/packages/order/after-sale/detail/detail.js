const themed = require('../../../../services/themed')
const aftersales = require('../../services/aftersales')
const links = require('../../../../utils/links')
const url = require('../../../../utils/url')
const model = require('../model')

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready" or "error" */
    state: 'loading',
    message: '',
    one: null
  },

  number: '',
  shown: false,

  onLoad({ number }) {
    this.number = number
    this.load()
  },

  onShow() {
    if (this.shown) this.load()
    this.shown = true
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    try {
      this.show(await aftersales.read(this.number))
    } catch (error) {
      if (this.data.one) wx.showToast({ title: error.message, icon: 'none' })
      else this.setData({ state: 'error', message: error.message })
    }
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  },

  show(one) {
    this.setData({ state: 'ready', one: model.painted(one) })
  },

  onCancel() {
    const success = ({ confirm }) => confirm && this.cancel()
    wx.showModal({ title: '撤销申请？', content: '撤销后，售后时间内还可以再次申请。', confirmText: '撤销', cancelText: '再想想', success })
  },

  async cancel() {
    try {
      this.show(await aftersales.cancel(this.number))
    } catch (_error) {
      this.load() // told by the service; it was decided meanwhile
    }
  },

  onAgain() {
    wx.redirectTo({ url: url.to('/packages/order/after-sale/apply/apply', { number: this.data.one.order }) })
  },

  onOrder() {
    links.open(url.to('/packages/order/detail/detail', { number: this.data.one.order }))
  },

  onPicture(event) {
    wx.previewImage({ current: event.currentTarget.dataset.url, urls: this.data.one.pictures })
  }
})
