import { callAdapter } from '../adapters.js'
import { createApis } from './call.js'

const NAMES = [
  'openCustomerServiceChat',
  'navigateToMiniProgram',
  'openEmbeddedMiniProgram',
  'navigateBackMiniProgram',
  'exitMiniProgram',
  'openChannelsLive',
  'openChannelsActivity',
  'addCard',
  'openCard',
  'getWeRunData',
  'openBusinessView',
  'startFacialRecognitionVerify',
]

/** Other mini-programs, customer service and what else lives in WeChat: by the adapters of the mode, or not at all. */
export function ecosystemApis(shell) {
  return createApis(Object.fromEntries(NAMES.map((name) => [name, (options) => callAdapter(shell, name, options)])))
}
