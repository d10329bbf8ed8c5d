const clock = require('../../services/clock')
const time = require('../../utils/time')

/** What is left until a moment, by the server's clock. `bind:over` once it has come. */
Component({
  properties: {
    /** RFC 3339 */
    until: { type: String, value: '', observer: 'start' }
  },
  data: { left: '', timer: 0 },
  lifetimes: {
    detached() {
      this.stop()
    }
  },
  pageLifetimes: {
    show() {
      this.start()
    },
    hide() {
      this.stop()
    }
  },
  methods: {
    start() {
      this.stop()
      if (!this.data.until) return
      this.setData({ timer: setInterval(() => this.tick(), 1000) })
      this.tick()
    },
    stop() {
      clearInterval(this.data.timer)
    },
    tick() {
      const seconds = clock.secondsUntil(this.data.until)
      const left = time.countdown(seconds)
      if (left !== this.data.left) this.setData({ left })
      if (seconds) return
      this.stop()
      this.triggerEvent('over')
    }
  }
})
