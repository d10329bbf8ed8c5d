import { componentsInside } from './native.js'

const ROW_HEIGHT = 34
const SETTLE_MS = 120

/** picker, picker-view and its columns. */
export function pickers(shell) {
  return { picker: picker(shell), 'picker-view': pickerView(), 'picker-view-column': pickerColumn() }
}

function picker(shell) {
  return {
    role: 'button',
    properties: {
      mode: { type: String, value: 'selector' },
      range: { type: Array, value: [] },
      rangeKey: String,
      value: null,
      name: String,
      start: String,
      end: String,
      fields: String,
      disabled: Boolean,
      headerText: String,
      customItem: String,
      level: String,
    },
    attached() {
      this.addListener('tap', () => this.open())
    },
    methods: {
      async open() {
        if (this.data.disabled) return
        const onColumnChange = (detail) => this.triggerEvent('columnchange', detail)
        const value = await shell.overlays.picker({ ...this.data, onColumnChange })
        if (value === undefined) return this.triggerEvent('cancel', {})
        this.setData({ value })
        this.triggerEvent('change', { value: this.data.mode === 'selector' ? String(value) : value })
      },
    },
  }
}

function pickerView() {
  return {
    properties: {
      value: { type: Array, value: [] },
      indicatorStyle: String,
      indicatorClass: String,
      maskStyle: String,
      maskClass: String,
      immediateChange: Boolean,
    },
    observers: {
      value(value) {
        setTimeout(() => this.columns().forEach((column, index) => column.moveTo(value[index] || 0)))
      },
    },
    methods: {
      columns() {
        return this.$$ ? componentsInside(this.$$, 'wx-picker-view-column') : []
      },
      settled() {
        this.triggerEvent('change', { value: this.columns().map((column) => column.position()) })
      },
    },
  }
}

function pickerColumn() {
  return {
    attached() {
      let timer
      this.$$.addEventListener('scroll', () => {
        clearTimeout(timer)
        timer = setTimeout(() => this.$$.closest('wx-picker-view')?.__wxElement.settled(), SETTLE_MS)
      })
    },
    methods: {
      rowHeight() {
        return this.$$.firstElementChild?.offsetHeight || ROW_HEIGHT
      },
      position() {
        return Math.round(this.$$.scrollTop / this.rowHeight())
      },
      moveTo(index) {
        if (this.position() !== index) this.$$.scrollTop = index * this.rowHeight()
      },
    },
  }
}
