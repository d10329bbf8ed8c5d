import { ACCESSIBILITY_PROPERTIES, accessibility } from './accessibility.js'
import { BUILTIN_TAGS } from './tags.js'
import { choices } from './choices.js'
import { containers } from './containers.js'
import { forms } from './forms.js'
import { media } from './media.js'
import { pageParts } from './page-meta.js'
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
 * @property {string} [role] where the page gives none
 * @property {boolean} [labelsInside] gives aria-label to the element inside, and so not to its host
 */

const FAMILIES = [
  containers,
  pageParts,
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

const COMMON_PROPERTIES = {
  ...ACCESSIBILITY_PROPERTIES,
  hidden: Boolean,
  hoverClass: String,
  hoverStartTime: { type: null, value: undefined },
  hoverStayTime: { type: null, value: undefined },
  hoverStopPropagation: Boolean,
  animation: null,
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
  const accessible = accessibility(definition)
  return builtinSpace.defineComponent({
    is: '__builtin/' + tag,
    options: { writeFieldsToNode: true },
    properties: { ...COMMON_PROPERTIES, ...definition.properties },
    methods: definition.methods || {},
    observers: combine(accessible.observers, definition.observers, { hidden: reflectHidden }),
    lifetimes: {
      /** @this {any} */
      attached() {
        reflectHidden.call(this, this.data.hidden)
        accessible.attached.call(this)
        definition.attached?.call(this)
      },
      ...(definition.detached ? { detached: definition.detached } : {}),
    },
    ...(template ? { template: { groupList: templates, content: template } } : {}),
  })
}

/** Two may watch the same property. */
function combine(...lists) {
  return lists.flatMap((list) => Object.entries(list || {}).map(([fields, observer]) => ({ fields, observer })))
}

function reflectHidden(value) {
  this.$$?.toggleAttribute('hidden', Boolean(value))
}
