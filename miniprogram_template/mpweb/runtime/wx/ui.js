import { createApis } from './call.js'

/** Toasts, dialogs, bars and scrolling. */
export function uiApis(shell) {
  return {
    ...createApis({ ...overlayRuns(shell), ...navigationRuns(shell), ...tabRuns(shell), ...pageRuns(shell) }),
    nextTick: (run) => queueMicrotask(run),
    createSelectorQuery: () => shell.router.top.instance.createSelectorQuery(),
    createIntersectionObserver: (component, options) => component.createIntersectionObserver(options),
    createMediaQueryObserver: (component) => component.createMediaQueryObserver(),
    getMenuButtonBoundingClientRect: () => capsuleRect(shell),
  }
}

function overlayRuns(shell) {
  const { overlays } = shell
  return {
    showToast: (options) => void overlays.toast({ ...options, image: shell.assetAddress(options.image) }),
    hideToast: () => void overlays.hideToast(),
    showLoading: (options) => void overlays.toast({ ...options, icon: 'loading', loading: true }),
    hideLoading: () => void overlays.hideToast(true),
    showModal: (options) => overlays.modal(options),
    showActionSheet: (options) => overlays.actionSheet(options),
  }
}

function navigationRuns({ router }) {
  const change = (changes) => {
    Object.assign(router.top.navigation, changes)
    router.refreshBars()
  }
  return {
    setNavigationBarTitle: ({ title }) => change({ title }),
    setNavigationBarColor: ({ backgroundColor, frontColor }) =>
      change({ background: backgroundColor, foreground: frontColor }),
    showNavigationBarLoading: () => change({ loading: true }),
    hideNavigationBarLoading: () => change({ loading: false }),
    hideHomeButton() {
      router.top.homeHidden = true
      router.refreshBars()
    },
    setBackgroundColor({ backgroundColor }) {
      router.top.view.style.backgroundColor = backgroundColor
    },
  }
}

function tabRuns({ tabBar, router }) {
  const setHidden = (hidden) => {
    tabBar.hidden = hidden
    router.refreshBars()
  }
  return {
    setTabBarBadge: ({ index, text }) => tabBar.setBadge(index, String(text)),
    removeTabBarBadge: ({ index }) => tabBar.setBadge(index, ''),
    showTabBarRedDot: ({ index }) => tabBar.setBadge(index, '•'),
    hideTabBarRedDot: ({ index }) => tabBar.setBadge(index, ''),
    setTabBarItem: ({ index, ...changes }) => tabBar.setItem(index, changes),
    setTabBarStyle: ({ color, selectedColor, backgroundColor, borderStyle }) =>
      tabBar.setStyle({ color, selectedColor, backgroundColor, borderStyle }),
    showTabBar: () => setHidden(false),
    hideTabBar: () => setHidden(true),
  }
}

function pageRuns({ router }) {
  return {
    pageScrollTo({ scrollTop, selector, offsetTop = 0, duration }) {
      const { scroller } = router.top
      const target = selector && scroller.querySelector(selector)
      if (selector && !target) throw new Error('selector not found')
      const top = target
        ? target.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop
        : scrollTop
      scroller.scrollTo({ top: top + offsetTop, behavior: duration === 0 ? 'instant' : 'smooth' })
    },
    startPullDownRefresh: () => router.top.startRefresh(),
    stopPullDownRefresh: () => router.top.stopRefresh(),
  }
}

function capsuleRect(shell) {
  const { width } = shell.viewport()
  return { width: 87, height: 32, top: 6, bottom: 38, left: width - 94, right: width - 7 }
}
