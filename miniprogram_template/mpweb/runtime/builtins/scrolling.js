const THRESHOLD = 50

const PROPERTIES = {
  scrollX: Boolean,
  scrollY: Boolean,
  scrollTop: null,
  scrollLeft: null,
  scrollIntoView: String,
  scrollWithAnimation: Boolean,
  upperThreshold: { type: null, value: THRESHOLD },
  lowerThreshold: { type: null, value: THRESHOLD },
  enableFlex: Boolean,
  enhanced: Boolean,
  showScrollbar: { type: Boolean, value: true },
  bounces: Boolean,
  pagingEnabled: Boolean,
  fastDeceleration: Boolean,
  enableBackToTop: Boolean,
  scrollAnchoring: Boolean,
  refresherEnabled: Boolean,
  refresherTriggered: Boolean,
  refresherThreshold: Number,
  refresherDefaultStyle: String,
  refresherBackground: String,
  usingSticky: Boolean,
  type: String,
}

/** scroll-view. */
export function scrolling() {
  return {
    'scroll-view': {
      properties: PROPERTIES,
      attached() {
        this.last = { top: 0, left: 0, atStart: true, atEnd: false }
        this.$$.addEventListener('scroll', (event) => {
          event.stopPropagation()
          this.scrolled()
        })
        this.draw()
      },
      methods: { draw, scrolled, reportEdges, moveTo },
      observers: {
        'scrollX, scrollY, showScrollbar, enableFlex': draw,
        scrollTop(value) {
          this.moveTo('top', value)
        },
        scrollLeft(value) {
          this.moveTo('left', value)
        },
        scrollIntoView(id) {
          if (id) setTimeout(() => showElement.call(this, id))
        },
      },
    },
  }
}

function draw() {
  if (!this.$$) return
  const { scrollX, scrollY, showScrollbar, enableFlex } = this.data
  this.$$.style.overflowX = scrollX ? 'auto' : 'hidden'
  this.$$.style.overflowY = scrollY ? 'auto' : 'hidden'
  this.$$.toggleAttribute('data-no-bar', !showScrollbar)
  this.$$.toggleAttribute('data-flex', enableFlex)
}

function scrolled() {
  const { scrollTop, scrollLeft, scrollHeight, scrollWidth } = this.$$
  const { last } = this
  this.triggerEvent('scroll', {
    scrollTop,
    scrollLeft,
    scrollHeight,
    scrollWidth,
    deltaX: last.left - scrollLeft,
    deltaY: last.top - scrollTop,
  })
  Object.assign(last, { top: scrollTop, left: scrollLeft })
  this.reportEdges()
}

function reportEdges() {
  const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight, clientWidth } = this.$$
  const { scrollX, lowerThreshold, upperThreshold } = this.data
  const [offset, shown, all] = scrollX
    ? [scrollLeft, clientWidth, scrollWidth]
    : [scrollTop, clientHeight, scrollHeight]
  const atEnd = offset + shown + parseFloat(lowerThreshold) >= all
  const atStart = offset <= parseFloat(upperThreshold)
  if (atEnd && !this.last.atEnd) this.triggerEvent('scrolltolower', { direction: scrollX ? 'right' : 'bottom' })
  if (atStart && !this.last.atStart) this.triggerEvent('scrolltoupper', { direction: scrollX ? 'left' : 'top' })
  Object.assign(this.last, { atStart, atEnd })
}

function moveTo(side, value) {
  if (!this.$$ || value === null || value === '') return
  this.$$.scrollTo({ [side]: parseFloat(value), behavior: this.data.scrollWithAnimation ? 'smooth' : 'auto' })
}

function showElement(id) {
  const element = this.ownerShadowRoot?.querySelector('#' + id)
  element?.$$?.scrollIntoView({
    block: 'start',
    inline: 'start',
    behavior: this.data.scrollWithAnimation ? 'smooth' : 'auto',
  })
}
