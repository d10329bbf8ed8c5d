const TRIGGER_PIXELS = 60
const SHOWN_PIXELS = 50
const COVERS = '[role="dialog"], wx-root-portal, wx-page-container'

/** Pulling a page down from its top refreshes it, where its configuration allows that. */
export function watchPull(page) {
  if (!page.config.enablePullDownRefresh) return
  let start = null
  const { scroller, view } = page
  const distance = ({ changedTouches }) => (start === null ? 0 : changedTouches[0].clientY - start)
  const draw = (pixels) => {
    view.toggleAttribute('pulled', pixels > 0)
    view.style.setProperty('--pull', `${Math.min(pixels / 2, SHOWN_PIXELS)}px`)
  }
  const handlers = {
    touchstart(event) {
      start = scroller.scrollTop <= 0 && !event.target.closest(COVERS) ? event.touches[0].clientY : null
    },
    touchmove(event) {
      if (scroller.scrollTop > 0) start = null
      draw(Math.max(0, distance(event)))
    },
    touchend(event) {
      if (distance(event) > TRIGGER_PIXELS) page.startRefresh()
      start = null
      draw(0)
    },
    touchcancel() {
      start = null
      draw(0)
    },
  }
  for (const [name, handle] of Object.entries(handlers)) scroller.addEventListener(name, handle, { passive: true })
}
