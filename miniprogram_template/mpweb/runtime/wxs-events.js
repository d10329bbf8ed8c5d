import { convertUnits } from './units.js'

/**
 * WXS functions as event handlers and property observers: kits move things by them without the page's script.
 * They get a ComponentDescriptor in place of the component.
 */
const descriptors = new WeakMap()
const methodsByDefinition = new WeakMap()

export const wxsEvents = {
  /** @returns {boolean} whether a handler is a method of the component, and so no WXS function */
  isMethod(target, handler) {
    const definition = (target._$ || target).getComponentDefinition?.()
    if (!definition) return true
    if (!methodsByDefinition.has(definition)) {
      methodsByDefinition.set(definition, new Set(Object.values(definition.behavior.getMethods())))
    }
    return methodsByDefinition.get(definition).has(handler)
  },

  observer: (run) => (value, oldValue, owner, element) => {
    setTimeout(() => run(value, oldValue, describe(owner), describe(element)))
  },

  handle(caller, event, run) {
    const element = event.currentTarget?._$ || event.currentTarget
    const wxsEvent = Object.create(event)
    wxsEvent.instance = describe(element)
    if (run.call(caller, wxsEvent, describe(caller._$ || caller)) !== false) return
    event.preventDefault()
    event.stopPropagation()
  },
}

function describe(element) {
  if (!element) return null
  if (!descriptors.has(element)) descriptors.set(element, createDescriptor(element))
  return descriptors.get(element)
}

function createDescriptor(element) {
  const state = {}
  const scope = () => element.getShadowRoot?.() || element.ownerShadowRoot
  const descriptor = {
    selectComponent: (selector) => describe(scope()?.querySelector(selector)),
    selectAllComponents: (selector) => (scope()?.querySelectorAll(selector) || []).map(describe),
    setStyle(style) {
      applyStyle(element, style)
      return descriptor
    },
    addClass: (name) => toggleClass(element, name, true, descriptor),
    removeClass: (name) => toggleClass(element, name, false, descriptor),
    hasClass: (name) => Boolean(element.classList?.contains(name)),
    getDataset: () => element.dataset,
    getState: () => state,
    callMethod: (name, detail) => (element.getMethodCaller?.() || element)[name]?.(detail),
    triggerEvent: (name, detail, options) => element.triggerEvent(name, detail, options),
    requestAnimationFrame: (run) => requestAnimationFrame(run),
    setTimeout: (run, delay) => setTimeout(run, delay),
    clearTimeout: (handle) => clearTimeout(handle),
    getBoundingClientRect: () => element.$$?.getBoundingClientRect() || {},
    getComputedStyle: (names = []) => pickStyles(element, names),
  }
  return descriptor
}

function toggleClass(element, name, on, descriptor) {
  element.classList?.toggle(name, on)
  return descriptor
}

function applyStyle(element, style) {
  if (!element.$$) return
  const pairs = typeof style === 'string' ? style.split(';').map((part) => part.split(/:(.*)/s)) : Object.entries(style)
  for (const [name, value] of pairs) {
    if (value === undefined) continue
    const property = name.trim().replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase())
    element.$$.style.setProperty(property, convertUnits(String(value).trim()))
  }
}

function pickStyles(element, names) {
  const computed = element.$$ ? getComputedStyle(element.$$) : {}
  return Object.fromEntries(names.map((name) => [name, computed[name]]))
}
