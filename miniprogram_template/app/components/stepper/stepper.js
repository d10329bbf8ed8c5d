/** A number of units between `least` and `most`; `bind:change` gets { value }. */
Component({
  properties: {
    value: { type: Number, value: 1 },
    least: { type: Number, value: 1 },
    most: { type: Number, value: 999 }
  },
  data: {
    /** What stands in the field: a number, or what is being typed. */
    shown: 1
  },
  observers: {
    value(value) {
      this.setData({ shown: value })
    }
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
      this.setData({ shown: event.detail.value }) // so that painting the number over it is a change
      this.want(parseInt(event.detail.value, 10) || this.data.least)
    },
    want(wanted) {
      const value = Math.max(this.data.least, Math.min(this.data.most, wanted))
      if (value !== wanted) wx.showToast({ title: wanted > value ? `最多 ${this.data.most} 件` : `最少 ${this.data.least} 件`, icon: 'none' })
      const changed = value !== this.data.value
      this.setData({ value, shown: value })
      if (changed) this.triggerEvent('change', { value })
    }
  }
})
