import { richFragment } from './rich-content.js'

const ICONS = {
  success: '✔',
  success_no_circle: '✓',
  info: 'ℹ',
  warn: '!',
  waiting: '…',
  cancel: '✕',
  download: '↓',
  search: '⌕',
  clear: '⊗',
}
const ICON_COLOURS = {
  info: '#10aeff',
  warn: '#f76260',
  waiting: '#10aeff',
  cancel: '#f43530',
  clear: '#b2b2b2',
  search: '#b2b2b2',
}

/** text, icon and rich-text. */
export function texts() {
  return {
    text: {
      properties: {
        selectable: Boolean,
        userSelect: Boolean,
        space: String,
        decode: Boolean,
        overflow: String,
        maxLines: Number,
      },
      attached: markSelectable,
      observers: { 'selectable, userSelect': markSelectable },
    },
    icon: {
      properties: { type: String, size: { type: null, value: 23 }, color: String },
      attached: drawIcon,
      observers: { 'type, size, color': drawIcon },
    },
    'rich-text': {
      properties: { nodes: null, space: String, userSelect: Boolean, selectable: Boolean },
      attached() {
        markSelectable.call(this)
        drawRich.call(this)
      },
      observers: { nodes: drawRich, 'selectable, userSelect': markSelectable },
    },
  }
}

/** @this {any} */
function markSelectable() {
  this.$$?.toggleAttribute('data-selectable', this.data.selectable || this.data.userSelect)
}

function drawIcon() {
  if (!this.$$) return
  const { type, size, color } = this.data
  this.$$.textContent = ICONS[type] || ''
  this.$$.style.fontSize = `${parseFloat(size)}px`
  this.$$.style.color = color || ICON_COLOURS[type] || '#07c160'
}

/** @this {any} */
function drawRich() {
  const { nodes } = this.data
  if (!this.$$ || (typeof nodes === 'string' && nodes === this.drawn)) return
  this.drawn = nodes
  this.$$.replaceChildren(richFragment(nodes))
}
