import { callAdapter } from '../adapters.js'
import { createApis } from './call.js'

const NAMES = ['login', 'checkSession', 'getUserProfile', 'getUserInfo']

/** Logging in and who the user is: by the adapters of the mode, or not at all. */
export function loginApis(shell) {
  return createApis(Object.fromEntries(NAMES.map((name) => [name, (options) => callAdapter(shell, name, options)])))
}
