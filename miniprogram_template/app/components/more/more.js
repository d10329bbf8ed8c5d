/** The end of an endless list: waiting, failed (tap to try again) or over. */
Component({
  properties: {
    /** "", "loading", "error" or "end", as utils/endless tells it */
    state: { type: String, value: '' }
  },
  methods: {
    onAgain() {
      if (this.data.state === 'error') this.triggerEvent('again')
    }
  }
})
