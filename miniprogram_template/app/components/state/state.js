/** What a page shows in place of its content: loading, empty or error, with the way on. */
Component({
  properties: {
    /** "loading", "empty" or "error" */
    kind: { type: String, value: 'loading' },
    text: { type: String, value: '' },
    hint: { type: String, value: '' },
    action: { type: String, value: '' },
    count: { type: Number, value: 4 }
  },
  data: { rows: [0, 1, 2, 3] },
  observers: {
    count(count) {
      this.setData({ rows: Array.from({ length: count }, (_, index) => index) })
    }
  },
  methods: {
    onAct() {
      this.triggerEvent('act')
    }
  }
})
