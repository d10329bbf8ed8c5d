import { callAdapter } from '../adapters.js'
import { createApis } from './call.js'

const NAMES = ['requestSubscribeMessage', 'requestSubscribeDeviceMessage']

/** Subscribed messages: by the adapters of the mode, or not at all. */
export function subscribeApis(shell) {
  return createApis(Object.fromEntries(NAMES.map((name) => [name, (options) => callAdapter(shell, name, options)])))
}
