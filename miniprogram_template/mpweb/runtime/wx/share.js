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
 * Asks the page what to share and gives its address to the system's share sheet, else to the clipboard; where
 * neither is to be had (a shop looked at without TLS), it is shown to be copied by hand.
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
  if (await copied(url)) overlays.toast({ title: `链接已复制：${title}`, icon: 'none' })
  else await overlays.modal({ title: '复制链接，发给好友', content: url, editable: true, showCancel: false })
}

/** Whether the browser took a text into its clipboard: it has none without TLS, and may refuse. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
