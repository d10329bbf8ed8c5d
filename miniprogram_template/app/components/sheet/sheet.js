/** A panel from below. `bind:close` is asked for by the shade and the cross. */
Component({
  options: { multipleSlots: true },
  properties: {
    open: { type: Boolean, value: false },
    title: { type: String, value: '' }
  },
  methods: {
    close() {
      this.triggerEvent('close')
    },
    stay() {} // the page below does not scroll with the finger
  }
})
