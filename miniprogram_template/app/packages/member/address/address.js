const themed = require('../../../services/themed')
const members = require('../../../services/members')
const requests = require('../../../services/request')
const { settings } = require('../../../services/settings')
const model = require('./model')

Page({
  behaviors: [themed],
  data: {
    key: '',
    /** How many pages lie between this one and the one that waits for the address that is written; 0: none does. */
    back: 0,
    /** "loading", "ready" or "error" */
    state: 'loading',
    form: model.pick({}),
    isDefault: false,
    wrong: {},
    text: '',
    reading: false,
    saving: false,
    /** Whether WeChat may be asked for an address: a browser has none. */
    wechat: false
  },

  onLoad({ key, back }) {
    this.setData({ key: key || '', back: Number(back) || 0, wechat: settings().client !== 'h5' })
    wx.setNavigationBarTitle({ title: key ? '修改地址' : '新增地址' })
    this.load()
  },

  async load() {
    if (!this.data.key) return this.setData({ state: 'ready' })
    try {
      const said = await members.address(this.data.key)
      return this.setData({ form: model.pick(said), isDefault: said.is_default, state: 'ready' })
    } catch (_error) {
      return this.setData({ state: 'error' })
    }
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  },

  onType(event) {
    const { name } = event.currentTarget.dataset
    this.setData({ [`form.${name}`]: event.detail.value, [`wrong.${name}`]: '' })
  },

  onRegion(event) {
    const [province, city, district] = event.detail.value
    this.setData({ 'form.province': province, 'form.city': city, 'form.district': district || '', 'wrong.region': '' })
  },

  onDefault(event) {
    this.setData({ isDefault: event.detail.value })
  },

  onText(event) {
    this.setData({ text: event.detail.value })
  },

  async onRead() {
    if (this.data.reading) return
    this.setData({ reading: true })
    const found = await members.parseAddress(this.data.text).catch(() => null) // what went wrong was told
    this.setData({ reading: false })
    if (!found) return
    if (found.phone || found.province) this.setData({ form: model.filled(this.data.form, found), wrong: {}, text: '' })
    else wx.showToast({ title: '没有认出地址，请手动填写', icon: 'none' })
  },

  onWechat() {
    wx.chooseAddress({
      success: (said) => this.setData({ form: model.filled(this.data.form, model.fromWechat(said)), wrong: {} }),
      fail: ({ errMsg }) => !/cancel/.test(errMsg) && wx.showToast({ title: '现在用不了微信地址，请手动填写', icon: 'none' })
    })
  },

  async onSave() {
    if (this.data.saving || this.data.reading) return
    this.setData({ saving: true, wrong: {} })
    try {
      const saved = await members.saveAddress(this.data.key, { ...this.data.form, is_default: this.data.isDefault })
      if (this.data.back) this.getOpenerEventChannel().emit('chosen', { key: saved.key })
      wx.navigateBack({ delta: this.data.back || 1 })
    } catch (error) {
      this.setData({ wrong: model.mistakes(error), saving: false })
      requests.tell(error)
    }
  }
})
