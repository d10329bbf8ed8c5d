import { createNative } from './native.js'

const SETTLE_MS = 80

const PROPERTIES = {
  indicatorDots: Boolean,
  indicatorColor: { type: String, value: 'rgba(0, 0, 0, .3)' },
  indicatorActiveColor: { type: String, value: '#000000' },
  autoplay: Boolean,
  current: Number,
  currentItemId: String,
  interval: { type: Number, value: 5000 },
  duration: { type: Number, value: 500 },
  circular: Boolean,
  vertical: Boolean,
  previousMargin: String,
  nextMargin: String,
  displayMultipleItems: { type: Number, value: 1 },
  easingFunction: String,
  snapToEdge: Boolean,
}

/** swiper over scroll snapping; `circular` runs back from the last item to the first. */
export function swipers() {
  return {
    swiper: {
      properties: PROPERTIES,
      attached() {
        this.position = 0
        this.track = this.$$.querySelector('wx-swiper-track')
        this.dots = createNative('div', 'mp-swiper-dots')
        this.$$.append(this.dots)
        watchTrack(this)
        this.draw()
        this.schedule()
        if (this.data.current) setTimeout(() => this.moveTo(this.data.current, false))
      },
      detached() {
        clearInterval(this.timer)
        this.itemWatch?.disconnect()
        this.sizeWatch?.disconnect()
      },
      observers: {
        current(value) {
          if (this.track && value !== this.position) setTimeout(() => this.moveTo(value, true))
        },
        'indicatorDots, indicatorColor, indicatorActiveColor, vertical'() {
          if (this.track) this.draw()
        },
        'autoplay, interval'() {
          if (this.track) this.schedule()
        },
      },
      methods: { itemSize, moveTo, settle, draw, schedule },
    },
    'swiper-item': { properties: { itemId: String, skipHiddenItemLayout: Boolean } },
  }
}

function watchTrack(swiper) {
  let timer
  swiper.track.addEventListener('scroll', (event) => {
    event.stopPropagation()
    clearTimeout(timer)
    timer = setTimeout(() => swiper.settle(), SETTLE_MS)
  })
  swiper.itemWatch = new MutationObserver(() => swiper.draw())
  swiper.itemWatch.observe(swiper.track, { childList: true })
  swiper.sizeWatch = new ResizeObserver(() => swiper.moveTo(swiper.position, false))
  swiper.sizeWatch.observe(swiper.track)
}

function itemSize() {
  return this.data.vertical ? this.track.clientHeight : this.track.clientWidth
}

function moveTo(index, smooth) {
  const side = this.data.vertical ? 'top' : 'left'
  this.track.scrollTo({ [side]: index * this.itemSize(), behavior: smooth ? 'smooth' : 'instant' })
}

function settle() {
  const offset = this.data.vertical ? this.track.scrollTop : this.track.scrollLeft
  const current = Math.round(offset / (this.itemSize() || 1))
  if (current === this.position) return
  this.position = current
  const source = this.movedBy || 'touch'
  this.movedBy = ''
  this.setData({ current })
  this.draw()
  const currentItemId = this.track.children[current]?.__wxElement?.data.itemId || ''
  this.triggerEvent('change', { current, currentItemId, source })
  this.triggerEvent('animationfinish', { current, currentItemId, source })
}

function draw() {
  const { vertical, indicatorDots, indicatorColor, indicatorActiveColor } = this.data
  this.$$.toggleAttribute('vertical', vertical)
  const dots = [...this.track.children].map((_, index) => {
    const dot = createNative('i')
    dot.style.background = index === this.position ? indicatorActiveColor : indicatorColor
    return dot
  })
  this.dots.replaceChildren(...(indicatorDots ? dots : []))
}

function schedule() {
  clearInterval(this.timer)
  if (!this.data.autoplay) return
  this.timer = setInterval(() => {
    const count = this.track.children.length
    if (count < 2 || !this.$$.offsetParent) return
    this.movedBy = 'autoplay'
    this.moveTo((this.position + 1) % count, true)
  }, this.data.interval)
}
