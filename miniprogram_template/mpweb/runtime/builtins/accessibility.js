import { setAttribute } from '../dom.js'

const ARIA = (
  'label hidden haspopup expanded owns controls checked disabled selected pressed current describedby labelledby live ' +
  'modal multiselectable required invalid readonly busy atomic relevant activedescendant orientation level setsize ' +
  'posinset roledescription valuemin valuemax valuenow valuetext'
).split(' ')
/** What a person can do something with: by the keyboard too. */
const PRESSED = new Set('button link checkbox radio switch tab option menuitem menuitemradio menuitemcheckbox'.split(' '))

export const ACCESSIBILITY_PROPERTIES = {
  role: null,
  ariaRole: null,
  tabindex: null,
  ...Object.fromEntries(ARIA.map((name) => [propertyOf(name), null])),
}

/**
 * @param {{ role?: string, labelsInside?: boolean }} definition role where the page gives none; whether aria-label belongs
 *   to the element inside, and so to the host only when the page gives that a role
 * @returns {{ observers: Record<string, () => void>, attached: (this: any) => void }}
 */
export function accessibility({ role = '', labelsInside = false }) {
  const drawLabel = function drawLabel() {
    const { data } = this
    setAttribute(this.$$, 'aria-label', (!labelsInside || data.role || data.ariaRole) && data.ariaLabel)
  }
  const drawRole = function drawRole() {
    const { data } = this
    const given = data.role || data.ariaRole || role
    setAttribute(this.$$, 'role', given)
    const reachable = PRESSED.has(given) && !data.disabled ? 0 : null
    setAttribute(this.$$, 'tabindex', data.tabindex ?? reachable)
    drawLabel.call(this)
  }
  /** @type {[string, () => void][]} */
  const others = ARIA.filter((name) => name !== 'label').map((name) => [propertyOf(name), drawAria(name)])
  const draws = Object.fromEntries(others)
  return {
    observers: {
      ...draws,
      ariaLabel: whenAttached(drawLabel),
      'role, ariaRole, tabindex, disabled': whenAttached(drawRole),
    },
    attached() {
      drawRole.call(this)
      for (const [property, draw] of others) if (this.data[property] !== null) draw.call(this)
      this.$$.addEventListener('keydown', (event) => pressByKey(this, event))
    },
  }
}

/** @param {any} component @returns {void} as a finger would */
export function fireTap(component) {
  const { left, top, width, height } = component.$$.getBoundingClientRect()
  component.triggerEvent('tap', { x: left + width / 2, y: top + height / 2 }, { bubbles: true, composed: true })
}

function pressByKey(component, event) {
  const isPress = event.key === 'Enter' || (event.key === ' ' && component.$$.getAttribute('role') !== 'link')
  if (event.target !== component.$$ || event.repeat || !isPress) return
  if (!PRESSED.has(component.$$.getAttribute('role')) || component.data.disabled) return
  event.preventDefault()
  fireTap(component)
}

function drawAria(name) {
  const property = propertyOf(name)
  return whenAttached(function draw() {
    const value = this.data[property]
    if (value === null || value === undefined || value === '') this.$$.removeAttribute('aria-' + name)
    else this.$$.setAttribute('aria-' + name, String(value))
  })
}

function whenAttached(draw) {
  return function drawIfAttached() {
    if (this.$$) draw.call(this)
  }
}

function propertyOf(name) {
  return 'aria' + name[0].toUpperCase() + name.slice(1)
}
