/** Where an order goes; tapping it asks for another one when it may still be chosen. */
Component({
  properties: {
    /** As the API gives it; without a name there is none yet. */
    address: { type: Object, value: {} },
    choosable: { type: Boolean, value: false }
  },
  methods: {
    onTap() {
      if (this.data.choosable) this.triggerEvent('choose')
    }
  }
})
