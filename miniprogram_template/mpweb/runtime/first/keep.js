import { edition, keyOf, pack } from './nodes.js'

const MOST = 100 * 1024 // characters
const SCREENS = 1.5
const IDLE_MS = 1000
const PATIENCE_MS = 300

/**
 * Keeps the page as it is drawn now for the next visit; `null` forgets it. Pages with a query and the preview have
 * none, and nothing is kept of the frame but its bars.
 * @param {import('../shell.js').Shell} shell @param {import('../page.js').PageView} page @param {any} data
 */
export async function keepPicture(shell, page, data) {
  const key = keyOf(shell.config.storagePrefix, page.path)
  page.wantsPicture = data && {}
  if (!data) return localStorage.removeItem(key)
  if (shell.config.mode === 'preview' || page.url !== page.path) return
  const { wantsPicture } = page
  await loadedPictures(shell, page)
  await idle()
  if (!page.isShown || page.wantsPicture !== wantsPicture) return
  const frame = pack(shell.frame, isWanted(shell, page, SCREENS))
  write(key, JSON.stringify({ edition: edition(shell.scriptAddress), styles: shell.sheets.text(), frame }))
}

/**
 * Takes the picture of the last visit away when the page of this one is painted below it with its own pictures, which
 * take a moment even from memory; at the first touch, and after a third of a second, in any case.
 * @param {import('../shell.js').Shell} shell
 */
export async function leavePicture(shell) {
  const picture = document.getElementById('mp-first')
  if (!picture) return
  const leave = () => {
    picture.remove()
    shell.frame.removeAttribute('data-first')
  }
  shell.frame.setAttribute('data-first', '') // or what is there already would fade in
  window.addEventListener('pointerdown', leave, { once: true, capture: true })
  await painted()
  await Promise.race([loadedPictures(shell, shell.router.top), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
  await painted()
  leave()
}

function painted() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
}

function write(key, text) {
  try {
    if (text.length > MOST) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    localStorage.removeItem(key) // full: an old picture is no better than none
  }
}

function isWanted({ frame, stage, navigationBar, tabBar }, page, screens) {
  const parts = [navigationBar.node, stage, tabBar.node]
  const screen = frame.getBoundingClientRect()
  const bottom = screen.top + screens * screen.height - page.scroller.scrollTop
  return (node) => {
    if (node.parentNode === frame) return parts.includes(node)
    if (node.parentNode === stage) return node === page.view
    return !node.matches('.mp-badge, .mp-refresher') && isWithin(node, screen, bottom)
  }
}

function isWithin(node, screen, bottom) {
  const box = node.getBoundingClientRect()
  if (!box.width && !box.height) return getComputedStyle(node).display !== 'none'
  return box.top <= bottom && box.right > screen.left && box.left < screen.right
}

/** A picture far below is loaded when somebody comes there. */
function loadedPictures(shell, page) {
  const isSeen = isWanted(shell, page, 1)
  const missing = [...page.view.querySelectorAll('img')].filter((image) => !image.complete && isSeen(image))
  return Promise.all(missing.map((image) => new Promise((resolve) => listenOnce(image, resolve))))
}

function listenOnce(image, then) {
  for (const name of ['load', 'error']) image.addEventListener(name, then, { once: true })
}

function idle() {
  return new Promise((resolve) => {
    if (window.requestIdleCallback) requestIdleCallback(resolve, { timeout: IDLE_MS })
    else setTimeout(resolve, IDLE_MS)
  })
}
