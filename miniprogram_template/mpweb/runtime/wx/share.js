import { createApis } from './call.js'

/** The menu exists on the phone alone; a share button hands on the page's address. */
export function shareApis() {
  return createApis({
    showShareMenu: () => ({}),
    hideShareMenu: () => ({}),
    updateShareMenu: () => ({}),
  })
}

/**
 * Asks the page what to share and gives its address to the system's share sheet, else to the clipboard.
 * @param {import('../shell.js').Shell} shell @param {any} button
 */
export async function shareTop({ router, overlays }, button) {
  const page = router.top
  const message =
    page.call('onShareAppMessage', { from: 'button', target: { id: button.id, dataset: button.dataset } }) || {}
  const path = (message.path || '/' + page.url).replace(/^\//, '')
  const url = new URL('#/' + path, location.href).href
  const title = message.title || page.navigation.title
  if (navigator.share) {
    await navigator.share({ title, url }).catch(() => {})
    return
  }
  await navigator.clipboard?.writeText(url).catch(() => {})
  overlays.toast({ title: `链接已复制：${title}`, icon: 'none' })
}
