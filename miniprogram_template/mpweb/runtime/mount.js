import * as glassEasel from 'glass-easel'
import { createElement } from './dom.js'
import { isDisabled } from './elements.js'

/**
 * Puts one component into the document without a page, for unit tests.
 * @param {import('./shell.js').Shell} shell @param {any} environment @param {import('./components.js').ComponentRegistry} registry
 * @returns {(path: string, properties?: Record<string, any>) => Mounted}
 * @typedef {{ element: HTMLElement, instance: any, events: { name: string, detail: any }[], listen: (name: string) => void,
 *   set: (properties: Record<string, any>) => void, tap: (selector: string) => void, release: () => void }} Mounted
 */
export function createMount(shell, { backend, space }, registry) {
  return (path, properties = {}) => {
    registry.ensure(path)
    const element = createElement('wx-page')
    const placeholder = createElement('span')
    element.append(placeholder)
    shell.stage.append(element)
    const root = backend.createRoot('mount-root', space, path)
    const component = root.getComponent()
    setProperties(component, properties)
    root.attach(element, placeholder)
    return describeMounted(element, root, component)
  }
}

function describeMounted(element, root, component) {
  const events = []
  return {
    element,
    instance: root.get(),
    events,
    listen: (name) => component.addListener(name, ({ detail }) => events.push({ name, detail })),
    set: (properties) => setProperties(component, properties),
    tap: (selector) => tapElement(element, selector),
    release() {
      root.release()
      element.remove()
    },
  }
}

function setProperties(component, properties) {
  const proxy = glassEasel.Component.getDataProxy(component)
  for (const [name, value] of Object.entries(properties)) proxy.replaceProperty(name, value)
  proxy.applyDataUpdates()
}

/** @param {Element} scope @param {string} selector of the element that is tapped */
export function tapElement(scope, selector) {
  const node = /** @type {any} */ (scope.querySelector(selector))
  if (!node) throw new Error(`nothing matches ${selector}`)
  if (isDisabled(node.__wxElement)) return
  node.__wxElement.triggerEvent('tap', {}, { bubbles: true, composed: true })
}
