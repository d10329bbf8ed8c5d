/** Pictures and videos of the shop: the API names them by path, a phone needs the host as well. */

const PATH = /^\/(s\/[^/]+\/)?media\//
const SOURCE = /(<img[^>]*? src=")(\/(?:s\/[^/"]+\/)?media\/)/g

const origin = (api) => (/^https?:\/\/[^/]+/.exec(api || '') || [''])[0]

function absoluteText(text, host) {
  if (PATH.test(text)) return host + text
  return text.includes('<img') ? text.replace(SOURCE, `$1${host}$2`) : text
}

function walk(value, host) {
  if (typeof value === 'string') return absoluteText(value, host)
  if (Array.isArray(value)) return value.map((one) => walk(one, host))
  if (!value || typeof value !== 'object') return value
  return Object.fromEntries(Object.keys(value).map((name) => [name, walk(value[name], host)]))
}

/** An answer of the API in which every address of a medium has the host of `api`. */
const absolute = (answer, api) => walk(answer, origin(api))

module.exports = { absolute }
