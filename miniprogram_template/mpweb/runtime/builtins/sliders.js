import { setAttribute } from '../dom.js'
import { createNative, listen } from './native.js'

const SLIDER_PROPERTIES = {
  min: Number,
  max: { type: Number, value: 100 },
  step: { type: Number, value: 1 },
  value: Number,
  disabled: Boolean,
  name: String,
  showValue: Boolean,
  activeColor: { type: String, value: '#1aad19' },
  backgroundColor: String,
  blockSize: Number,
  blockColor: String,
}

/** slider and progress. */
export function sliders() {
  return { slider: slider(), progress: progress() }
}

function slider() {
  return {
    labelsInside: true,
    properties: SLIDER_PROPERTIES,
    attached() {
      this.native = createNative('input', 'mp-slider', { type: 'range' })
      this.output = createNative('output', 'mp-slider-value')
      this.$$.append(this.native, this.output)
      listen(this.native, 'input', () => this.moved('changing'))
      listen(this.native, 'change', () => this.moved('change'))
      this.draw()
    },
    observers: {
      'min, max, step, value, disabled, showValue, activeColor, ariaLabel'() {
        this.draw()
      },
    },
    methods: {
      moved(name) {
        const value = Number(this.native.value)
        this.setData({ value })
        this.triggerEvent(name, { value })
      },
      resetValue() {
        this.setData({ value: this.data.min })
      },
      draw() {
        if (!this.native) return
        const { min, max, step, value, disabled, showValue, activeColor } = this.data
        Object.assign(this.native, { min, max, step, value, disabled })
        setAttribute(this.native, 'aria-label', this.data.ariaLabel)
        this.native.style.accentColor = activeColor
        this.output.hidden = !showValue
        this.output.textContent = String(value)
      },
    },
  }
}

function progress() {
  const draw = function draw() {
    if (!this.$$) return
    const { percent, strokeWidth, activeColor, backgroundColor, showInfo } = this.data
    this.$$.setAttribute('aria-valuenow', String(percent))
    this.$$.style.height = `${parseFloat(strokeWidth)}px`
    this.$$.style.background = `linear-gradient(to right, ${activeColor} ${percent}%, ${backgroundColor} 0)`
    this.$$.dataset.info = showInfo ? `${percent}%` : ''
  }
  return {
    role: 'progressbar',
    properties: {
      percent: Number,
      showInfo: Boolean,
      strokeWidth: { type: null, value: 6 },
      activeColor: { type: String, value: '#09bb07' },
      backgroundColor: { type: String, value: '#ebebeb' },
      active: Boolean,
      borderRadius: null,
      duration: Number,
    },
    attached: draw,
    observers: { 'percent, strokeWidth, activeColor, backgroundColor, showInfo': draw },
  }
}
