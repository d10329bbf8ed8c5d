import { setAttribute } from '../dom.js'
import { createNative, listen } from './native.js'

const KEYBOARDS = { number: 'numeric', digit: 'decimal' }

const PROPERTIES = {
  value: null,
  name: String,
  type: { type: String, value: 'text' },
  password: Boolean,
  placeholder: String,
  placeholderClass: String,
  placeholderStyle: String,
  disabled: Boolean,
  maxlength: { type: Number, value: 140 },
  focus: Boolean,
  autoFocus: Boolean,
  confirmType: String,
  confirmHold: Boolean,
  cursorSpacing: Number,
  cursor: Number,
  adjustPosition: Boolean,
  autoHeight: Boolean,
  fixed: Boolean,
  showConfirmBar: Boolean,
  holdKeyboard: Boolean,
  disableDefaultPadding: Boolean,
  alwaysEmbed: Boolean,
  selectionStart: Number,
  selectionEnd: Number,
  cursorColor: String,
}

/** input and textarea. */
export function textInputs() {
  return { input: textInput('input'), textarea: textInput('textarea') }
}

function textInput(tag) {
  return {
    labelsInside: true,
    properties: PROPERTIES,
    attached() {
      this.native = createNative(tag, 'mp-input')
      this.$$.append(this.native)
      connect(this, tag)
      this.draw()
      if (this.data.focus || this.data.autoFocus) this.native.focus()
    },
    observers: {
      'value, type, password, placeholder, placeholderStyle, disabled, maxlength, name, ariaLabel, autoHeight'() {
        this.draw()
      },
      focus(wanted) {
        if (wanted) queueMicrotask(() => this.native?.focus())
      },
    },
    methods: { draw, typed, fit, resetValue },
  }
}

function connect(component, tag) {
  const { native } = component
  const tell = (name, more) => component.triggerEvent(name, { value: native.value, ...more })
  listen(native, 'input', () => component.typed())
  listen(native, 'focus', () => tell('focus', { height: 0 }))
  // An element that a repaint hides loses its focus in the middle of that repaint; in WeChat it is told later.
  listen(native, 'blur', () => queueMicrotask(() => tell('blur', { cursor: native.selectionStart })))
  listen(native, 'change')
  component.$$.addEventListener('click', () => native.focus()) // its padding is part of it
  listen(native, 'keydown', (event) => {
    if (event.key !== 'Enter' || tag !== 'input' || event.isComposing) return
    event.preventDefault()
    tell('confirm')
    if (!component.data.confirmHold) native.blur()
  })
}

function typed() {
  const { value, selectionStart } = this.native
  this.setData({ value })
  this.triggerEvent('input', { value, cursor: selectionStart, keyCode: 0 }, { bubbles: true })
  this.fit()
}

function resetValue() {
  this.setData({ value: '' })
}

function fit() {
  if (!this.data.autoHeight || !this.native) return
  this.$$.setAttribute('auto-height', '')
  this.native.style.height = 'auto'
  this.native.style.height = `${this.native.scrollHeight}px`
}

function draw() {
  const { native, data } = this
  if (!native) return
  if (native.tagName === 'INPUT') {
    native.type = data.password || data.type === 'safe-password' ? 'password' : 'text'
    native.inputMode = KEYBOARDS[data.type] || 'text'
  }
  Object.assign(native, { placeholder: data.placeholder, disabled: data.disabled, name: data.name })
  setAttribute(native, 'aria-label', data.ariaLabel || data.placeholder || data.name)
  setAttribute(native, 'maxlength', data.maxlength > 0 && data.maxlength)
  native.style.setProperty('--mp-placeholder', data.placeholderStyle.match(/(?:^|;)\s*color:\s*([^;]+)/)?.[1] ?? '')
  const value = data.value === null || data.value === undefined ? '' : String(data.value)
  if (native.value !== value) native.value = value
  this.fit()
}
