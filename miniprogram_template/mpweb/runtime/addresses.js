/** @param {string} url of a page, like `/pages/a/a?id=1` @returns {{ path: string, query: Record<string, string> }} */
export function parsePageUrl(url) {
  const [path, search = ''] = url.split('?')
  const pairs = search
    .split('&')
    .filter(Boolean)
    .map((part) => {
      const at = part.indexOf('=')
      return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]
    })
  return { path: path.replace(/^\//, ''), query: Object.fromEntries(pairs.map((pair) => pair.map(decode))) }
}

/** @param {string} from path of the file that refers @param {string} reference @returns {string} path from the root */
export function resolvePath(from, reference) {
  if (reference.startsWith('/')) return reference.slice(1)
  const parts = from.split('/').slice(0, -1)
  for (const part of reference.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** @param {string} address @returns {boolean} true when it has a scheme or a host of its own */
export function isAbsoluteAddress(address) {
  return /^([a-z][a-z\d+.-]*:|\/\/)/i.test(address)
}

function decode(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // WeChat hands on what it cannot decode
  }
}
