const clock = require('../../services/clock')
const time = require('../../utils/time')

/** What is left until a moment, by the server's clock. `bind:over` once it has come. */
Component({
  properties: {
    /** RFC 3339 */
    until: { type: String, value: '', observer: 'begin' },
    /** When it began: never more is left than there was then. */
    since: { type: String, value: '' }
  },
  data: { left: '', timer: 0, over: false },
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
    begin() {
      this.setData({ over: false })
      this.start()
    },
    start() {
      this.stop()
      if (!this.data.until || this.data.over) return
      this.setData({ timer: setInterval(() => this.tick(), 1000) })
      this.tick()
    },
    stop() {
      clearInterval(this.data.timer)
    },
    tick() {
      const seconds = clock.secondsUntil(this.data.until, this.data.since)
      const left = time.countdown(seconds)
      if (left !== this.data.left) this.setData({ left })
      if (seconds) return
      this.stop()
      this.setData({ over: true }) // told once, however often the page comes back
      this.triggerEvent('over')
    }
  }
})
