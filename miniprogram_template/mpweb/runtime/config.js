/**
 * What a server says about the shop that is shown.
 * @typedef {object} Configuration
 * @property {'test' | 'preview' | 'h5'} mode decides which adapters exist
 * @property {string} storagePrefix one per shop: several share an origin
 * @property {Record<string, any>} ext answer of wx.getExtConfigSync
 * @property {string} appId
 * @property {string} assetBase address of the package's own files, '' for next to app.js
 * @property {[string, string][]} rewrites prefixes of request addresses and what stands for them here
 * @property {string} ribbon text in the navigation bar, '' for none
 * @property {{ byPhone: boolean, shop: string, colour: string, servicePhone: string, mailbox: string,
 *   agreements: { title: string, page: string }[] }} login what the adapters of h5 tell a shopper who logs in
 * @property {{ ticket: string }} preview what the adapters of preview log in with
 * @property {{ name?: string, phone?: string, paymentUrl?: string, address?: object, location?: object }} test answers of the test adapters
 */

const DEFAULTS = {
  mode: 'h5',
  storagePrefix: 'mp:',
  ext: {},
  appId: '',
  assetBase: '',
  rewrites: [],
  ribbon: '',
  login: { byPhone: true, shop: '', colour: '#15803d', servicePhone: '', mailbox: '', agreements: [] },
  preview: { ticket: '' },
  test: {},
}

/** @param {Document} source @returns {Configuration} from the JSON element #mp-config */
export function readConfiguration(source) {
  const text = source.getElementById('mp-config')?.textContent?.trim()
  return { ...DEFAULTS, ...(text ? JSON.parse(text) : {}) }
}

/** @param {Configuration} config @param {string} url @returns {string} where the request really goes */
export function rewriteUrl(config, url) {
  const rule = config.rewrites.find(([prefix]) => url.startsWith(prefix))
  return rule ? rule[1] + url.slice(rule[0].length) : url
}
