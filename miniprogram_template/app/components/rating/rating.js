/** Stars, to be read. */
Component({
  properties: {
    value: { type: Number, value: 0 },
    /** What is rated, for those who listen. */
    label: { type: String, value: '评分' }
  },
  data: { stars: [1, 2, 3, 4, 5], full: 0 },
  observers: {
    value(value) {
      this.setData({ full: Math.round(value) })
    }
  }
})
