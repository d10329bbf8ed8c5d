import { isAbsoluteAddress } from '../addresses.js'

const ROUTES = {
  navigate: 'navigateTo',
  redirect: 'redirectTo',
  switchTab: 'switchTab',
  reLaunch: 'reLaunch',
  navigateBack: 'navigateBack',
}

/** Boxes without behaviour of their own, and the navigator. */
export function containers(shell) {
  return {
    view: {},
    'cover-view': {},
    'movable-area': {},
    'movable-view': { properties: { direction: String, x: null, y: null } },
    'root-portal': { properties: { enable: Boolean } },
    'page-container': { properties: { show: Boolean, round: Boolean, position: String, duration: Number } },
    'share-element': { properties: { key: String } },
    'match-media': { properties: { minWidth: Number, maxWidth: Number } },
    'open-data': { properties: { type: String } },
    navigator: navigator(shell),
  }
}

function navigator(shell) {
  return {
    role: 'link',
    properties: {
      url: String,
      openType: { type: String, value: 'navigate' },
      delta: { type: Number, value: 1 },
      target: String,
      appId: String,
      path: String,
    },
    attached() {
      this.addListener('tap', () => this.follow())
    },
    methods: {
      follow() {
        const { url, openType, delta } = this.data
        const route = ROUTES[openType]
        if (!route) return this.triggerEvent('fail', { errMsg: `navigator:fail ${openType} not supported` })
        const target = !url || isAbsoluteAddress(url) ? url : '/' + shell.resolve(url, this)
        window.wx[route]({
          url: target,
          delta,
          success: (result) => this.triggerEvent('success', result),
          fail: (error) => this.triggerEvent('fail', error),
        })
      },
    },
  }
}
