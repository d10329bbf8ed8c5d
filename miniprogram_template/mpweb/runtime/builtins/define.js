import { BUILTIN_TAGS } from './tags.js'
import { choices } from './choices.js'
import { containers } from './containers.js'
import { forms } from './forms.js'
import { media } from './media.js'
import { pickers } from './pickers.js'
import { placeholders } from './placeholders.js'
import { scrolling } from './scrolling.js'
import { sliders } from './sliders.js'
import { swipers } from './swipers.js'
import { texts } from './texts.js'
import { textInputs } from './text-inputs.js'

/**
 * A built-in component over plain elements; `this.$$` is its host `<wx-NAME>`.
 * @typedef {object} Builtin
 * @property {Record<string, any>} [properties] @property {Record<string, Function>} [methods]
 * @property {Record<string, Function>} [observers] @property {() => void} [attached] @property {() => void} [detached]
 * @property {boolean} [labelsInside] gives aria-label to the element inside, and so not to its host
 */

const FAMILIES = [
  containers,
  texts,
  media,
  forms,
  textInputs,
  choices,
  sliders,
  pickers,
  scrolling,
  swipers,
  placeholders,
]

const ARIA = (
  'label role hidden haspopup expanded owns controls checked disabled selected describedby labelledby live modal ' +
  'multiselectable required busy valuemin valuemax valuenow valuetext'
).split(' ')

const COMMON_PROPERTIES = {
  hidden: Boolean,
  hoverClass: String,
  hoverStartTime: Number,
  hoverStayTime: Number,
  hoverStopPropagation: Boolean,
  animation: null,
  ...Object.fromEntries(ARIA.map((name) => [propertyOf(name), null])),
}

/** Makes the built-ins known to every page. */
export function defineBuiltins({ globalSpace, space }, shell) {
  const builtinSpace = globalSpace.getComponentSpace()
  const mainSpace = space.getComponentSpace()
  const definitions = Object.assign({}, ...FAMILIES.map((family) => family(shell)))
  for (const tag of BUILTIN_TAGS) {
    mainSpace.setGlobalUsingComponent(
      tag,
      defineBuiltin(builtinSpace, tag, definitions[tag] || {}, shell.source.templates),
    )
  }
}

function defineBuiltin(builtinSpace, tag, definition, templates) {
  const template = templates['__builtin/' + tag]
  const reflected = ARIA.filter((name) => name !== 'label' || !definition.labelsInside)
  const aria = Object.fromEntries(reflected.map((name) => [propertyOf(name), reflectAria(name)]))
  return builtinSpace.defineComponent({
    is: '__builtin/' + tag,
    options: { writeFieldsToNode: true },
    properties: { ...COMMON_PROPERTIES, ...definition.properties },
    methods: definition.methods || {},
    observers: { ...aria, ...definition.observers, hidden: reflectHidden },
    lifetimes: {
      attached() {
        reflectHidden.call(this, this.data.hidden)
        for (const [property, reflect] of Object.entries(aria))
          if (this.data[property] !== null) reflect.call(this, this.data[property])
        definition.attached?.call(this)
      },
      ...(definition.detached ? { detached: definition.detached } : {}),
    },
    ...(template ? { template: { groupList: templates, content: template } } : {}),
  })
}

function propertyOf(name) {
  return 'aria' + name[0].toUpperCase() + name.slice(1)
}

function reflectHidden(value) {
  this.$$?.toggleAttribute('hidden', Boolean(value))
}

function reflectAria(name) {
  const attribute = name === 'role' ? 'role' : 'aria-' + name
  return function reflect(value) {
    if (value !== null && value !== undefined) this.$$?.setAttribute(attribute, String(value))
  }
}
