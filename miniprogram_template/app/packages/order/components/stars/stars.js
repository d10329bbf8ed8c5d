/** One to five stars to be tapped. `bind:change` gets { value }. */
Component({
  properties: {
    value: { type: Number, value: 0 },
    label: { type: String, value: '评分' }
  },
  data: { stars: [1, 2, 3, 4, 5] },
  methods: {
    onTap(event) {
      const { value } = event.currentTarget.dataset
      this.setData({ value })
      this.triggerEvent('change', { value })
    }
  }
})
