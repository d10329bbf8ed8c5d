/* global FIRST_PAGE */
import { readConfiguration } from '../config.js'
import { edition, keyOf, unpack } from './nodes.js'

/**
 * All of first.js: shows the picture that the last visit kept of the page of this address, and loads app.js, in the
 * frame after it. Without a picture app.js is loaded at once.
 */

const FRAME_MS = 500 // at most: a window that is not painted has no frames

/** @returns {HTMLElement | null} */
function showPicture(script) {
  if (document.hidden) return null
  try {
    const page = location.hash.slice(1).replace(/^\//, '') || FIRST_PAGE
    const text = localStorage.getItem(keyOf(readConfiguration(document).storagePrefix, page))
    const picture = /** @type {import('./nodes.js').Picture | null} */ (JSON.parse(text))
    return picture?.edition === edition(script) ? draw(picture) : null
  } catch {
    return null // the storage is shut, or what is in it is no picture
  }
}

/** In a tree of its own, which neither the mini-program nor its styles know of. */
function draw({ styles, frame }) {
  const host = document.createElement('div')
  host.id = 'mp-first'
  host.setAttribute('inert', '')
  host.setAttribute('aria-hidden', 'true')
  const style = document.createElement('style')
  style.textContent = shellRules() + styles
  host.attachShadow({ mode: 'closed' }).append(style, unpack(frame))
  document.body.append(host)
  return host
}

function shellRules() {
  return [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join('\n')
}

function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve))
    setTimeout(resolve, FRAME_MS)
  })
}

/** @param {string} address @param {HTMLElement | null} picture that goes when there is no mini-program */
function load(address, picture) {
  const script = document.createElement('script')
  script.src = address
  script.addEventListener('error', () => picture?.remove())
  document.body.append(script)
}

const { href } = /** @type {HTMLLinkElement} */ (document.querySelector('link[rel="preload"][as="script"]'))
const picture = showPicture(href)
if (picture) painted().then(() => load(href, picture))
else load(href, null)
