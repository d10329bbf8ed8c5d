/** A number of units between `least` and `most`; `bind:change` gets { value }. */
Component({
  properties: {
    value: { type: Number, value: 1 },
    least: { type: Number, value: 1 },
    most: { type: Number, value: 999 }
  },
  methods: {
    stay() {},
    onLess() {
      this.want(this.data.value - 1)
    },
    onMore() {
      this.want(this.data.value + 1)
    },
    onType(event) {
      this.want(parseInt(event.detail.value, 10) || this.data.least)
    },
    want(wanted) {
      const value = Math.max(this.data.least, Math.min(this.data.most, wanted))
      if (value !== wanted) wx.showToast({ title: wanted > value ? `最多 ${this.data.most} 件` : `最少 ${this.data.least} 件`, icon: 'none' })
      this.setData({ value }) // also when it stays: what was typed is painted over
      this.triggerEvent('change', { value })
    }
  }
})
