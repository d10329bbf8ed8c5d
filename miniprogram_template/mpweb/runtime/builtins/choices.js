import { setAttribute } from '../dom.js'
import { fireTap } from './accessibility.js'
import { componentsInside, createNative, listen } from './native.js'

const PROPERTIES = {
  value: null,
  checked: Boolean,
  disabled: Boolean,
  color: String,
  name: String,
  type: String,
}

/** checkbox, radio, their groups, and switch. */
export function choices() {
  return {
    checkbox: choice('checkbox', toggleCheckbox),
    radio: choice('radio', chooseRadio),
    switch: choice('switch', toggleSwitch),
    'checkbox-group': group('checkbox'),
    'radio-group': group('radio'),
  }
}

function choice(kind, toggle) {
  return {
    labelsInside: true,
    properties: PROPERTIES,
    attached() {
      this.native = createNative('input', 'mp-' + kind, { type: kind === 'radio' ? 'radio' : 'checkbox' })
      if (kind === 'switch') this.native.setAttribute('role', 'switch')
      // the component decides what is checked, and the tap that bubbles up tells it
      this.native.addEventListener('click', (event) => {
        event.preventDefault()
        if (!event.detail) fireTap(this) // by the keyboard, which no tap comes of
      })
      listen(this.native, 'change input')
      this.$$.prepend(this.native)
      this.draw()
      this.addListener('tap', () => this.toggle())
    },
    observers: {
      'checked, disabled, color, ariaLabel'() {
        this.draw()
      },
    },
    methods: {
      draw() {
        const { native, data } = this
        if (!native) return
        const apply = () => Object.assign(native, { checked: data.checked, disabled: data.disabled })
        setAttribute(native, 'aria-label', data.ariaLabel)
        if (data.color) native.style.setProperty('--mp-accent', data.color)
        apply()
        setTimeout(apply) // the prevented click restores the old state after its listeners
      },
      toggle() {
        if (!this.data.disabled) toggle.call(this)
      },
      formValue() {
        return this.data.checked
      },
      resetValue() {
        this.setData({ checked: false })
      },
    },
  }
}

function toggleSwitch() {
  this.setData({ checked: !this.data.checked })
  this.triggerEvent('change', { value: this.data.checked })
}

function toggleCheckbox() {
  this.setData({ checked: !this.data.checked })
  this.$$.closest('wx-checkbox-group')?.__wxElement.changed()
}

function chooseRadio() {
  if (this.data.checked) return
  const owner = this.$$.closest('wx-radio-group')
  if (owner)
    for (const other of componentsInside(owner, 'wx-radio')) if (other.data.checked) other.setData({ checked: false })
  this.setData({ checked: true })
  owner?.__wxElement.changed()
}

function group(kind) {
  return {
    role: kind === 'radio' ? 'radiogroup' : 'group',
    properties: { name: String },
    methods: {
      formValue() {
        const values = componentsInside(this.$$, 'wx-' + kind)
          .filter((item) => item.data.checked)
          .map((item) => item.data.value)
        return kind === 'radio' ? (values[0] ?? '') : values
      },
      resetValue() {
        for (const item of componentsInside(this.$$, 'wx-' + kind)) item.setData({ checked: false })
      },
      changed() {
        this.triggerEvent('change', { value: this.formValue() })
      },
    },
  }
}
