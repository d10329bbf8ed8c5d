import { createApis } from './call.js'

/** In a browser no contract of WeChat is to be agreed to, and the browser asks for permissions itself. */
export function privacyApis() {
  return {
    onNeedPrivacyAuthorization() {},
    ...createApis({
      getPrivacySetting: () => ({ needAuthorization: false, privacyContractName: '' }),
      requirePrivacyAuthorize: () => ({}),
      openPrivacyContract: notSupported,
      getSetting: () => ({ authSetting: {} }),
      authorize: () => ({}),
      openSetting: notSupported,
    }),
  }
}

function notSupported() {
  throw new Error('not supported')
}
