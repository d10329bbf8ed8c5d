import { createApis } from './call.js'

export function routingApis({ router }) {
  return createApis({
    navigateTo: (options) => router.navigateTo(options),
    redirectTo: (options) => router.redirectTo(options),
    reLaunch: (options) => router.reLaunch(options),
    switchTab: (options) => router.switchTab(options),
    navigateBack: ({ delta = 1 }) => router.back(delta),
  })
}
