import { callAdapter } from '../adapters.js'
import { createApis } from './call.js'

const NAMES = ['requestPayment', 'requestMerchantTransfer', 'requestVirtualPayment', 'requestCommonPayment']

/** Paying: by the adapters of the mode, or not at all. */
export function paymentApis(shell) {
  return createApis(Object.fromEntries(NAMES.map((name) => [name, (options) => callAdapter(shell, name, options)])))
}
