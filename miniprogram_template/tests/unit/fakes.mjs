/** What a phone gives, as far as a unit test needs it. */
import { createRequire } from 'node:module'

globalThis.Behavior = (definition) => definition

const require = createRequire(import.meta.url)
const store = new Map()

/** A fresh `wx`; `answer({ method, path, data, header, timeout })` gives { statusCode, data } for a request, or { errMsg } for none. */
export function phone(answer = () => ({ statusCode: 404, data: null })) {
  const told = []
  const asked = []
  store.clear()
  globalThis.wx = {
    told,
    asked,
    getExtConfigSync: () => ({ api: 'https://api.example.cn/s/abc/api/v1', shop: 'abc' }),
    getStorageSync: (key) => (store.has(key) ? JSON.parse(store.get(key)) : ''),
    setStorageSync: (key, value) => store.set(key, JSON.stringify(value)),
    removeStorageSync: (key) => store.delete(key),
    clearStorageSync: () => store.clear(),
    nextTick: (run) => run(),
    setNavigationBarTitle({ title }) {
      this.title = title
    },
    showToast: ({ title }) => told.push(title),
    navigateTo: ({ url }) => told.push(url),
    removeTabBarBadge: () => {},
    setTabBarBadge: () => {},
    request({ url, method, data, header, timeout, success, fail }) {
      const path = url.replace('https://api.example.cn/s/abc/api/v1', '')
      asked.push(`${method} ${path}`)
      Promise.resolve(answer({ method, path, data, header, timeout })).then((said) => (said.errMsg ? fail(said) : success({ header: {}, ...said })))
    }
  }
  return globalThis.wx
}

/** A component with its methods and data, without a page around it; `events` collects what it tells. */
export function component(path, properties = {}) {
  let definition
  globalThis.Component = (given) => {
    definition = given
  }
  const file = require.resolve(path)
  delete require.cache[file]
  require(file)
  const events = []
  const defaults = Object.fromEntries(Object.entries(definition.properties || {}).map(([name, { value }]) => [name, value]))
  const instance = {
    ...definition.methods,
    data: { ...defaults, ...definition.data, ...properties },
    events,
    triggerEvent: (name, detail) => events.push([name, detail]),
    setData(patch) {
      for (const [name, value] of Object.entries(patch)) assign(this.data, name.split('.'), value)
    }
  }
  if (definition.lifetimes && definition.lifetimes.created) definition.lifetimes.created.call(instance)
  return instance
}

function assign(target, [name, ...rest], value) {
  if (rest.length) assign(target[name], rest, value)
  else target[name] = value
}

/** A page with its methods, fields and data; `part` answers for every component it selects. */
export function page(path, part = {}) {
  let definition
  globalThis.Behavior = () => ({}) // a page is tested without what all pages share
  globalThis.Page = (given) => {
    definition = given
  }
  const file = require.resolve(path)
  delete require.cache[file]
  require(file)
  return {
    ...definition,
    data: structuredClone(definition.data),
    selectComponent: () => part,
    setData(patch) {
      for (const [name, value] of Object.entries(patch)) assign(this.data, name.split('.'), value)
    }
  }
}

/** Let everything that waits for a promise go on. */
export const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Let everything go on, then let this much time pass on the mocked `timers`. */
export async function passed(timers, milliseconds) {
  for (let round = 0; round < 5; round++) await settled()
  timers.tick(milliseconds)
  for (let round = 0; round < 5; round++) await settled()
}

/** A product as the API gives it. */
export function product(changes = {}) {
  const sku = (key, colour, size, price, more = {}) => ({ key, code: key, options: { 颜色: colour, 尺寸: size }, price, list_price: 0, sold_out: false, picture: '', ...more })
  return {
    key: 'p1',
    title: '四件套',
    cover: 'cover.webp',
    price: 39900,
    list_price: 49900,
    unit: '套',
    sold_out: false,
    limits: { least_per_order: 1, most_per_order: null, most_per_member: null },
    form: [],
    options: [{ name: '颜色', values: ['蓝', '红'] }, { name: '尺寸', values: ['小', '大'] }],
    skus: [sku('a', '蓝', '小', 39900), sku('b', '蓝', '大', 42900, { picture: 'blue.webp' }), sku('c', '红', '小', 39900, { sold_out: true })],
    ...changes
  }
}
