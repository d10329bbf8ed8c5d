const TRIGGER_PIXELS = 60

/** Pulling a page down from its top refreshes it, where its configuration allows that. */
export function watchPull(page) {
  if (!page.config.enablePullDownRefresh) return
  let start = null
  const { scroller } = page
  scroller.addEventListener(
    'touchstart',
    (event) => {
      start = scroller.scrollTop <= 0 ? event.touches[0].clientY : null
    },
    { passive: true },
  )
  scroller.addEventListener(
    'touchend',
    (event) => {
      if (start !== null && event.changedTouches[0].clientY - start > TRIGGER_PIXELS) page.startRefresh()
      start = null
    },
    { passive: true },
  )
}
