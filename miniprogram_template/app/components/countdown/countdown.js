const clock = require('../../services/clock')
const time = require('../../utils/time')

/** What is left until a moment, by the server's clock. `bind:over` once it has come. */
Component({
  properties: {
    /** RFC 3339 */
    until: { type: String, value: '', observer: 'start' }
  },
  data: { left: '' },
  lifetimes: {
    created() {
      this.timer = null
    },
    detached() {
      clearInterval(this.timer)
    }
  },
  pageLifetimes: {
    show() {
      this.start()
    },
    hide() {
      clearInterval(this.timer)
    }
  },
  methods: {
    start() {
      clearInterval(this.timer)
      if (!this.data.until) return
      this.timer = setInterval(() => this.tick(), 1000)
      this.tick()
    },
    tick() {
      const seconds = clock.secondsUntil(this.data.until)
      const left = time.countdown(seconds)
      if (left !== this.data.left) this.setData({ left })
      if (seconds) return
      clearInterval(this.timer)
      this.triggerEvent('over')
    }
  }
})
