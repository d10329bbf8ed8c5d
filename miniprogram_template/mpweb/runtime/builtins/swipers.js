import { convertUnits } from '../units.js'
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

/**
 * swiper over scroll snapping. A circular one turns its items whenever it rests, so that there is always one more on
 * both sides; of two items there is one more on the right only.
 */
export function swipers() {
  return {
    swiper: {
      properties: PROPERTIES,
      attached() {
        this.position = this.first = 0
        this.track = this.$$.querySelector('wx-swiper-track')
        this.dots = createNative('div', 'mp-swiper-dots')
        this.$$.append(this.dots)
        watchTrack(this)
        this.turn()
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
        'indicatorDots, indicatorColor, indicatorActiveColor, vertical, circular, previousMargin, nextMargin, displayMultipleItems'() {
          if (!this.track) return
          this.turn()
          this.draw()
        },
        'autoplay, interval'() {
          if (this.track) this.schedule()
        },
      },
      methods: { itemSize, moveTo, settle, turn, draw, drawLayout, schedule },
    },
    'swiper-item': { properties: { itemId: String, skipHiddenItemLayout: Boolean } },
  }
}

function watchTrack(swiper) {
  let timer
  swiper.track.addEventListener('scroll', (event) => {
    event.stopPropagation()
    clearTimeout(timer)
    timer = setTimeout(() => swiper.$$ && swiper.settle(), SETTLE_MS)
  })
  swiper.itemWatch = new MutationObserver(() => {
    swiper.turn()
    swiper.draw()
  })
  swiper.itemWatch.observe(swiper.track, { childList: true })
  swiper.sizeWatch = new ResizeObserver(() => swiper.moveTo(swiper.position, false))
  swiper.sizeWatch.observe(swiper.track)
}

function itemSize() {
  const { vertical, displayMultipleItems, previousMargin, nextMargin } = this.data
  const whole = vertical ? this.track.clientHeight : this.track.clientWidth
  if (!this.track.children.length || !(previousMargin || nextMargin || displayMultipleItems > 1)) return whole
  const item = this.track.children[0].getBoundingClientRect()
  return vertical ? item.height : item.width
}

function moveTo(index, smooth) {
  const count = this.track.children.length || 1
  const place = (index - this.first + count) % count
  const side = this.data.vertical ? 'top' : 'left'
  this.track.scrollTo({ [side]: place * this.itemSize(), behavior: smooth ? 'smooth' : 'instant' })
}

/** @this {any} */
function settle() {
  const offset = this.data.vertical ? this.track.scrollTop : this.track.scrollLeft
  const place = Math.round(offset / (this.itemSize() || 1))
  const current = (place + this.first) % (this.track.children.length || 1)
  if (current === this.position) return
  this.position = current
  const source = this.movedBy || 'touch'
  this.movedBy = ''
  this.setData({ current })
  this.turn()
  this.draw()
  const currentItemId = this.track.children[current]?.__wxElement?.data.itemId || ''
  this.triggerEvent('change', { current, currentItemId, source })
  this.triggerEvent('animationfinish', { current, currentItemId, source })
}

/** Puts the seen item of a circular swiper into the middle of the row. @this {any} */
function turn() {
  const items = [...this.track.children]
  const count = items.length
  const first = this.data.circular && count > 1 ? (this.position - Math.floor((count - 1) / 2) + count) % count : 0
  if (first === this.first && items.every((item) => item.style.order !== '' || !first)) return
  this.first = first
  items.forEach((item, index) => (item.style.order = first ? String((index - first + count) % count) : ''))
  this.moveTo(this.position, false)
}

function drawLayout() {
  const { vertical, previousMargin, nextMargin, displayMultipleItems } = this.data
  const [before, after] = [previousMargin, nextMargin].map((margin) => convertUnits(margin || '0px'))
  this.track.style.padding = vertical ? `${before} 0 ${after}` : `0 ${after} 0 ${before}`
  this.track.style.scrollPadding = this.track.style.padding
  this.track.style.setProperty('--item', `${100 / Math.max(1, displayMultipleItems)}%`)
}

function draw() {
  const { vertical, indicatorDots, indicatorColor, indicatorActiveColor } = this.data
  this.$$.toggleAttribute('vertical', vertical)
  this.drawLayout()
  const dots = [...this.track.children].map((_, index) => {
    const dot = createNative('i')
    dot.style.background = index === this.position ? indicatorActiveColor : indicatorColor
    return dot
  })
  this.dots.replaceChildren(...(indicatorDots ? dots : []))
}

/** @this {any} */
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
