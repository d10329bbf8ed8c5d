/**
 * What only WeChat can do (log in, pay, tell a phone number) is done by an adapter of the mode, or it fails.
 * @typedef {(options: any, shell: import('./shell.js').Shell) => any} Adapter answers the fields of the result, or throws
 */

/** @type {Map<string, Record<string, Adapter>>} */
const adaptersByMode = new Map()

/** @param {string} mode @param {Record<string, Adapter>} adapters by name of the wx API */
export function registerAdapters(mode, adapters) {
  adaptersByMode.set(mode, { ...adaptersByMode.get(mode), ...adapters })
}

/** @param {string} mode @param {string} name @returns {Adapter | undefined} */
export function findAdapter(mode, name) {
  return adaptersByMode.get(mode)?.[name]
}

/** @param {import('./shell.js').Shell} shell @param {string} name @param {any} options @returns {Promise<any>} fails with "not supported" where the mode has no adapter */
export async function callAdapter(shell, name, options) {
  const adapter = findAdapter(shell.config.mode, name)
  if (!adapter) throw new Error('not supported')
  return adapter(options, shell)
}
