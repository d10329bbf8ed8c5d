/** Stars. With `editable` they are chosen by a tap: `bind:change` gets { value }. */
Component({
  properties: {
    value: { type: Number, value: 0 },
    editable: { type: Boolean, value: false },
    /** What is rated, for those who listen. */
    label: { type: String, value: '评分' }
  },
  data: { stars: [1, 2, 3, 4, 5], full: 0 },
  observers: {
    value(value) {
      this.setData({ full: Math.round(value) })
    }
  },
  methods: {
    onStar(event) {
      if (this.data.editable) this.triggerEvent('change', { value: event.currentTarget.dataset.star })
    }
  }
})
