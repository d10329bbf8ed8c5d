import { BUILTIN_TAGS } from '../builtins/tags.js'
import { createApis } from './call.js'

const LIBRARY_VERSION = '3.5.0'

/** What the device and the app say about themselves. */
export function systemApis(shell) {
  const { config, launch, appListeners } = shell
  const windowInfo = () => describeWindow(shell)
  const everything = () => ({ ...windowInfo(), ...describeApp(), ...describeDevice() })
  return {
    getWindowInfo: windowInfo,
    getAppBaseInfo: describeApp,
    getDeviceInfo: describeDevice,
    getSystemInfoSync: everything,
    getExtConfigSync: () => config.ext,
    getAccountInfoSync: () => ({ miniProgram: { appId: config.appId, envVersion: 'develop', version: '' } }),
    getLaunchOptionsSync: () => launch,
    getEnterOptionsSync: () => launch,
    getUpdateManager: () => ({ onCheckForUpdate() {}, onUpdateReady() {}, onUpdateFailed() {}, applyUpdate() {} }),
    getLogManager: () => console,
    getRealtimeLogManager: () => console,
    reportEvent() {},
    getPerformance: () => performance,
    canIUse: (schema) => schema.split('.')[0] in window.wx || BUILTIN_TAGS.has(schema.split('.')[0]),
    onAppShow: (listener) => appListeners.show.add(listener),
    offAppShow: (listener) => appListeners.show.delete(listener),
    onAppHide: (listener) => appListeners.hide.add(listener),
    offAppHide: (listener) => appListeners.hide.delete(listener),
    ...networkEvents(),
    ...windowEvents(windowInfo),
    ...faultEvents(),
    ...silentEvents(),
    ...createApis({
      getSystemInfo: everything,
      getSystemInfoAsync: everything,
      getExtConfig: () => ({ extConfig: config.ext }),
      getNetworkType: () => ({ networkType: networkType() }),
    }),
  }
}

function describeWindow(shell) {
  const { width, height, pageHeight, pageTop } = shell.viewport()
  return {
    pixelRatio: window.devicePixelRatio,
    screenWidth: width,
    screenHeight: height,
    windowWidth: width,
    windowHeight: pageHeight,
    statusBarHeight: 0,
    screenTop: pageTop,
    safeArea: { left: 0, right: width, top: 0, bottom: height, width, height },
  }
}

function describeApp() {
  return {
    SDKVersion: LIBRARY_VERSION,
    version: '8.0.50',
    language: 'zh_CN',
    theme: 'light',
    enableDebug: false,
    fontSizeSetting: 16,
    host: { env: 'WeChat' },
  }
}

function describeDevice() {
  return {
    brand: 'browser',
    model: 'browser',
    system: 'browser',
    platform: 'devtools',
    abi: '',
    benchmarkLevel: -1,
    memorySize: 0,
  }
}

function networkType() {
  return navigator.onLine ? 'wifi' : 'none'
}

function networkEvents() {
  const listeners = new Set()
  const notify = () =>
    listeners.forEach((listener) => listener({ isConnected: navigator.onLine, networkType: networkType() }))
  window.addEventListener('online', notify)
  window.addEventListener('offline', notify)
  return {
    onNetworkStatusChange: (listener) => listeners.add(listener),
    offNetworkStatusChange: (listener) => (listener ? listeners.delete(listener) : listeners.clear()),
  }
}

function windowEvents(windowInfo) {
  const listeners = new Set()
  window.addEventListener('resize', () => listeners.forEach((listener) => listener({ size: windowInfo() })))
  return {
    onWindowResize: (listener) => listeners.add(listener),
    offWindowResize: (listener) => (listener ? listeners.delete(listener) : listeners.clear()),
  }
}

function faultEvents() {
  const errors = new Set()
  const rejections = new Set()
  window.addEventListener('error', ({ error, message }) => errors.forEach((run) => run(error?.stack || message)))
  window.addEventListener('unhandledrejection', ({ reason, promise }) =>
    rejections.forEach((run) => run({ reason, promise })),
  )
  return {
    onError: (listener) => errors.add(listener),
    offError: (listener) => errors.delete(listener),
    onUnhandledRejection: (listener) => rejections.add(listener),
    offUnhandledRejection: (listener) => rejections.delete(listener),
  }
}

/** Of these a browser never tells. */
function silentEvents() {
  const names = [
    'ThemeChange',
    'MemoryWarning',
    'KeyboardHeightChange',
    'PageNotFound',
    'UserCaptureScreen',
    'AudioInterruptionEnd',
  ]
  return Object.fromEntries(names.flatMap((name) => ['on' + name, 'off' + name]).map((name) => [name, () => {}]))
}
