import { addressApis } from './address.js'
import { canvasApis } from './canvas.js'
import { deviceApis } from './device.js'
import { ecosystemApis } from './ecosystem.js'
import { loginApis } from './login.js'
import { mediaApis } from './media.js'
import { paymentApis } from './payment.js'
import { privacyApis } from './privacy.js'
import { requestApis } from './request.js'
import { routingApis } from './routing.js'
import { shareApis } from './share.js'
import { socketApis } from './socket.js'
import { storageApis } from './storage.js'
import { subscribeApis } from './subscribe.js'
import { systemApis } from './system.js'
import { transferApis } from './transfer.js'
import { uiApis } from './ui.js'
import { videoApis } from './video.js'

/** @type {((shell: import('../shell.js').Shell) => Record<string, any>)[]} */
const SUBJECTS = [
  requestApis,
  transferApis,
  socketApis,
  storageApis,
  routingApis,
  uiApis,
  systemApis,
  loginApis,
  paymentApis,
  addressApis,
  subscribeApis,
  privacyApis,
  shareApis,
  mediaApis,
  videoApis,
  deviceApis,
  canvasApis,
  ecosystemApis,
]

/** @param {import('../shell.js').Shell} shell @returns {Record<string, any>} the global `wx` */
export function createWx(shell) {
  return Object.assign({ env: { USER_DATA_PATH: 'wxfile://usr' } }, ...SUBJECTS.map((subject) => subject(shell)))
}
