import { callAdapter } from '../adapters.js'
import { createApis } from './call.js'

const NAMES = ['chooseAddress', 'chooseInvoiceTitle', 'chooseInvoice', 'chooseLocation', 'choosePoi']

/** Addresses, invoices and places that WeChat keeps for its user: by the adapters of the mode, or not at all. */
export function addressApis(shell) {
  return createApis(Object.fromEntries(NAMES.map((name) => [name, (options) => callAdapter(shell, name, options)])))
}
