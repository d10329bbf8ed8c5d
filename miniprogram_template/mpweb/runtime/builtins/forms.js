import { setAttribute } from '../dom.js'
import { openTypes } from '../open-types.js'
import { componentsInside } from './native.js'

const FIELDS = 'wx-input,wx-textarea,wx-switch,wx-slider,wx-picker,wx-radio-group,wx-checkbox-group'
const LABELLED = 'wx-radio,wx-checkbox,wx-switch,wx-input,wx-textarea'

let labels = 0

const BUTTON_PROPERTIES = {
  type: { type: String, value: 'default' },
  size: String,
  plain: Boolean,
  disabled: Boolean,
  loading: Boolean,
  formType: String,
  openType: String,
  lang: String,
  sessionFrom: String,
  sendMessageTitle: String,
  sendMessagePath: String,
  sendMessageImg: String,
  showMessageCard: Boolean,
  appParameter: String,
  phoneNumberNoQuotaToast: Boolean,
}

/** button, form and label. */
export function forms(shell) {
  return { button: button(shell), form: form(), label: label() }
}

function button(shell) {
  return {
    role: 'button',
    properties: BUTTON_PROPERTIES,
    attached() {
      this.draw()
      this.addListener('tap', () => this.press())
    },
    observers: {
      'type, size, plain, disabled, loading'() {
        if (this.$$) this.draw()
      },
    },
    methods: {
      draw() {
        for (const name of ['type', 'size', 'plain', 'disabled', 'loading'])
          setAttribute(this.$$, name, this.data[name])
        setAttribute(this.$$, 'aria-disabled', this.data.disabled && 'true')
      },
      press() {
        const { disabled, formType, openType } = this.data
        if (disabled) return
        const owner = formType && this.$$.closest('wx-form')?.__wxElement
        if (formType === 'submit') owner?.submit(this)
        if (formType === 'reset') owner?.reset()
        if (openType) openTypes(shell, openType, this)
      },
    },
  }
}

function form() {
  return {
    properties: { reportSubmit: Boolean, reportSubmitTimeout: Number },
    methods: {
      fields() {
        return componentsInside(this.$$, FIELDS).filter((field) => field.data.name)
      },
      submit(target) {
        const value = Object.fromEntries(this.fields().map((field) => [field.data.name, fieldValue(field)]))
        this.triggerEvent('submit', { value, target: { id: target.id, dataset: target.dataset } }, { bubbles: true })
      },
      reset() {
        for (const field of this.fields()) field.resetValue?.()
        this.triggerEvent('reset', {}, { bubbles: true })
      },
    },
  }
}

function fieldValue(field) {
  return field.formValue ? field.formValue() : (field.data.value ?? '')
}

function label() {
  return {
    properties: { for: String },
    attached() {
      this.addListener('tap', (event) => this.pass(event))
      setTimeout(() => this.name()) // what it names may come after it
    },
    methods: {
      pass(event) {
        if (event.target.$$?.closest?.(LABELLED)) return
        const field = this.field()
        if (field?.toggle) field.toggle()
        else field?.native?.focus()
      },
      field() {
        if (this.data.for) return this.ownerShadowRoot?.querySelector('#' + this.data.for)
        return componentsInside(this.$$, LABELLED)[0]
      },
      name() {
        const field = this.field()
        if (!field?.native || field.data.ariaLabel) return
        this.$$.id ||= `mp-label-${++labels}`
        field.native.setAttribute('aria-labelledby', this.$$.id)
      },
    },
  }
}
