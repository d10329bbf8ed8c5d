const DISTANCE = 50
const SWIPE_PIXELS = 30

/** Tells a page that it was scrolled, and that its end is near: once each time it comes there. */
export function watchScrolling(page) {
  const { scroller } = page
  let wasAtBottom = false
  const isAtBottom = () => {
    const { scrollTop, clientHeight, scrollHeight } = scroller
    return scrollTop + clientHeight + (page.config.onReachBottomDistance ?? DISTANCE) >= scrollHeight
  }
  scroller.addEventListener('scroll', () => {
    page.call('onPageScroll', { scrollTop: scroller.scrollTop })
    const now = isAtBottom()
    if (now && !wasAtBottom) page.call('onReachBottom')
    wasAtBottom = now
  })
  onPushUp(scroller, () => {
    if (scroller.scrollHeight <= scroller.clientHeight) page.call('onReachBottom')
  })
}

/** A page that is too short to scroll has its end reached by the attempt. */
function onPushUp(scroller, run) {
  let start = 0
  scroller.addEventListener('touchstart', ({ touches }) => void (start = touches[0].clientY), { passive: true })
  scroller.addEventListener('touchend', ({ changedTouches }) => {
    if (start - changedTouches[0].clientY > SWIPE_PIXELS) run()
  })
  scroller.addEventListener('wheel', ({ deltaY }) => void (deltaY > 0 && run()), { passive: true })
}
