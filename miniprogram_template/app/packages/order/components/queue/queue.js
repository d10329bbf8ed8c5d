/** The line in front of a flash sale: asks where the shopper stands, as often as the shop says. `bind:admitted` at its end, `bind:leave`. */

const queues = require('../../services/queues')

const AFTER_SILENCE = 3 // seconds

Component({
  properties: {
    /** The key of the activity. */
    activity: { type: String, value: '' },
    /** How many asked before and still wait, and in how many seconds to ask again. */
    position: { type: Number, value: 0 },
    retry: { type: Number, value: 1 }
  },
  data: { ahead: 0, silent: false, timer: 0 },
  lifetimes: {
    attached() {
      this.setData({ ahead: this.data.position })
      this.wait(this.data.retry)
    },
    detached() {
      this.stop()
    }
  },
  methods: {
    stop() {
      clearTimeout(this.data.timer)
      this.setData({ timer: -1 })
    },
    wait(seconds) {
      if (this.data.timer === -1) return // it has left meanwhile
      this.setData({ timer: setTimeout(() => this.ask(), Math.max(1, seconds) * 1000) })
    },
    async ask() {
      try {
        const place = await queues.place(this.data.activity)
        if (this.data.timer === -1) return
        if (place.admitted) this.triggerEvent('admitted')
        else {
          this.setData({ ahead: place.position, silent: false })
          this.wait(place.retry_after)
        }
      } catch (_error) {
        this.setData({ silent: true })
        this.wait(AFTER_SILENCE)
      }
    },
    onLeave() {
      this.stop()
      this.triggerEvent('leave')
    }
  }
})
