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
      this.connect()
      this.draw()
      if (this.data.autoFocus) this.native.focus()
    },
    observers: {
      'value, type, password, placeholder, disabled, maxlength, focus, name, autoHeight'() {
        this.draw()
      },
    },
    methods: {
      connect() {
        const { native } = this
        listen(native, 'input', () => this.typed())
        listen(native, 'focus', () => this.triggerEvent('focus', { value: native.value, height: 0 }))
        listen(native, 'blur', () => this.triggerEvent('blur', { value: native.value, cursor: native.selectionStart }))
        listen(native, 'change')
        listen(native, 'keydown', (event) => {
          if (event.key !== 'Enter' || tag !== 'input' || event.isComposing) return
          event.preventDefault()
          this.triggerEvent('confirm', { value: native.value })
          if (!this.data.confirmHold) native.blur()
        })
      },
      typed() {
        const { value, selectionStart } = this.native
        this.setData({ value })
        this.triggerEvent('input', { value, cursor: selectionStart, keyCode: 0 }, { bubbles: true })
        this.fit()
      },
      resetValue() {
        this.setData({ value: '' })
      },
      fit() {
        if (!this.data.autoHeight || !this.native) return
        this.$$.setAttribute('auto-height', '')
        this.native.style.height = 'auto'
        this.native.style.height = `${this.native.scrollHeight}px`
      },
      draw() {
        const { native, data } = this
        if (!native) return
        if (tag === 'input') {
          native.type = data.password || data.type === 'safe-password' ? 'password' : 'text'
          native.inputMode = KEYBOARDS[data.type] || 'text'
        }
        Object.assign(native, { placeholder: data.placeholder, disabled: data.disabled, name: data.name })
        native.setAttribute('aria-label', data.ariaLabel || data.placeholder || data.name)
        if (data.maxlength > 0) native.maxLength = data.maxlength
        else native.removeAttribute('maxlength')
        const value = data.value === null || data.value === undefined ? '' : String(data.value)
        if (native.value !== value) native.value = value
        if (data.focus) queueMicrotask(() => native.focus())
        this.fit()
      },
    },
  }
}
