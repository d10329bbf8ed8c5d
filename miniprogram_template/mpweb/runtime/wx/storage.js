import { isPictureKey } from '../first/nodes.js'
import { createApis } from './call.js'

const LIMIT_KB = 10240

/** Storage of one shop: the keys carry its prefix. */
export function storageApis({ config }) {
  const store = createStore(config.storagePrefix)
  return {
    setStorageSync: store.set,
    getStorageSync: store.get,
    removeStorageSync: store.remove,
    clearStorageSync: store.clear,
    getStorageInfoSync: store.info,
    batchSetStorageSync: (list) => list.forEach(({ key, value }) => store.set(key, value)),
    batchGetStorageSync: (keys) => keys.map(store.get),
    ...createApis({
      setStorage: ({ key, data }) => store.set(key, data),
      getStorage({ key }) {
        if (!store.has(key)) throw new Error('data not found')
        return { data: store.get(key) }
      },
      removeStorage: ({ key }) => store.remove(key),
      clearStorage: store.clear,
      getStorageInfo: store.info,
    }),
  }
}

function createStore(prefix) {
  const keys = () =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
  return {
    has: (key) => localStorage.getItem(prefix + key) !== null,
    get(key) {
      const text = localStorage.getItem(prefix + key)
      return text === null ? '' : JSON.parse(text)
    },
    set: (key, data) => localStorage.setItem(prefix + key, JSON.stringify(data ?? '')),
    remove: (key) => localStorage.removeItem(prefix + key),
    clear: () => keys().forEach((key) => localStorage.removeItem(prefix + key)),
    info() {
      const own = keys().filter((key) => !isPictureKey(key))
      const bytes = own.reduce((sum, key) => sum + key.length + localStorage.getItem(prefix + key).length, 0)
      return { keys: own, currentSize: Math.ceil(bytes / 1024), limitSize: LIMIT_KB }
    },
  }
}
