/** Addresses inside the app. */

/** "/pages/product/product?key=a1" from a path and values; empty values are left out. */
function to(path, values = {}) {
  const query = Object.keys(values)
    .filter((name) => values[name] !== undefined && values[name] !== null && values[name] !== '')
    .map((name) => `${name}=${encodeURIComponent(values[name])}`)
    .join('&')
  return query ? `${path}?${query}` : path
}

/** A value of a page's query as it was given to `to`. */
function read(value) {
  try {
    return decodeURIComponent(value || '')
  } catch (_error) {
    return value // decoded already: "100%"
  }
}

module.exports = { to, read }
