/** A page without a phone around it. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

function put(target, path, value) {
  const names = path.replace(/\[(\d+)\]/g, '.$1').split('.')
  const last = names.pop()
  names.reduce((inner, name) => (inner[name] = inner[name] || {}), target)[last] = value
}

/** The page of a module, opened with `query`; its own fields are copied as a phone does. */
export function page(path, query = {}) {
  let definition
  globalThis.Behavior = () => ({}) // a page is tested without what all pages share
  globalThis.Page = (given) => {
    definition = given
  }
  const file = require.resolve(path)
  delete require.cache[file]
  require(file)
  const own = Object.entries(definition).map(([name, value]) => [name, typeof value === 'function' ? value : structuredClone(value)])
  const instance = Object.fromEntries(own)
  instance.setData = function setData(patch) {
    for (const [name, value] of Object.entries(patch)) put(this.data, name, value)
  }
  if (instance.onLoad) instance.onLoad(query)
  return instance
}

/** Wait until something holds; what never does fails the test. */
export async function until(holds, milliseconds = 3000) {
  const end = Date.now() + milliseconds
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** An event of a tap on something with these `data-` values. */
export const tapped = (dataset, detail = {}) => ({ currentTarget: { dataset }, detail })
