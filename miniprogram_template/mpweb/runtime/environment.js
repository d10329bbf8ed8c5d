import * as glassEasel from 'glass-easel'
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter'
import { installElementFactory, isDisabled, mirrorDatasets } from './elements.js'

/** Only these come from the document; all others from the built-ins, or `bind:click` of a kit would fire twice. */
const NATIVE_EVENTS = /^(touch(start|move|end|cancel)|transitionend|animation(start|iteration|end))$/

/**
 * Sets glass-easel up over the current document.
 * @param {{ stage: HTMLElement, sheets: import('./styles.js').StyleSheets }} parts
 * @returns {{ backend: any, space: any, globalSpace: any }}
 */
export function createEnvironment({ stage, sheets }) {
  Object.assign(glassEasel.globalOptions, { writeIdToDOM: true, writeFieldsToNode: false, throwGlobalError: false })
  const context = new glassEasel.CurrentWindowBackendContext()
  installElementFactory(context)
  context.getRootNode = () => /** @type {any} */ (stage)
  context.appendStyleSheetPath = (path) => sheets.append(path)
  limitNativeEvents(context)
  bridgeEvents(context)
  mirrorDatasets(glassEasel.Element)
  fireReady(glassEasel)
  const environment = new MiniProgramEnv()
  const globalSpace = environment.getGlobalCodeSpace()
  const space = environment.createCodeSpace('', true)
  return { backend: environment.associateBackend(context), space, globalSpace }
}

function limitNativeEvents(context) {
  const original = context.setListenerStats
  context.setListenerStats = function setListenerStats(node, type, ...rest) {
    if (NATIVE_EVENTS.test(type)) original.call(this, node, type, ...rest)
  }
}

function bridgeEvents(context) {
  context.onEvent((target, type, detail, options) => {
    if (type === 'tap' && isDisabled(target)) return glassEasel.EventBubbleStatus.Normal
    const event = /** @type {any} */ (new glassEasel.Event(type, detail, options))
    const original = options.originalEvent
    event.touches = copyTouches(original?.touches)
    event.changedTouches = copyTouches(original?.changedTouches)
    event.timeStamp = original?.timeStamp
    glassEasel.Event.dispatchEvent(target, event)
    return event.defaultPrevented() ? glassEasel.EventBubbleStatus.NoDefault : glassEasel.EventBubbleStatus.Normal
  })
}

function copyTouches(list) {
  return [...(list || [])].map(({ identifier, pageX, pageY, clientX, clientY }) => ({
    identifier,
    pageX,
    pageY,
    clientX,
    clientY,
  }))
}

/** glass-easel leaves `ready` to its host. */
function fireReady({ Component, Element }) {
  if (Component.prototype.firesReady) return
  Component.prototype.firesReady = true
  const original = Component.prototype.triggerLifetime
  Component.prototype.triggerLifetime = function triggerLifetime(name, values) {
    const result = original.call(this, name, values)
    if (name === 'attached') setTimeout(() => Element.isAttached(this) && original.call(this, 'ready', []))
    return result
  }
}
