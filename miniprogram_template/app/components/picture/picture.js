/** A picture in a frame of known shape, so that nothing jumps when it arrives. */
Component({
  properties: {
    /** Its address; null where there is none, as the API says it. */
    src: { type: null, value: '', observer: 'reset' },
    alt: { type: String, value: '' },
    mode: { type: String, value: 'aspectFill' },
    /** Height in per cent of the width. */
    ratio: { type: Number, value: 100 },
    lazy: { type: Boolean, value: true },
    /** Shown whether it has arrived or not: where nobody hears that it has. */
    still: { type: Boolean, value: false }
  },
  data: { loaded: false, failed: false },
  methods: {
    reset() {
      this.setData({ loaded: false, failed: false })
    },
    onLoad(event) {
      this.setData({ loaded: true })
      this.triggerEvent('load', event.detail)
    },
    onError() {
      this.setData({ failed: true })
    }
  }
})
