/**
 * A picture of a page: its elements and words as plain values, of which the next visit makes elements again. Words
 * never pass through a parser, so none becomes markup; nothing that acts, asks for input or leads away is part of it.
 * @typedef {any[]} Packed [tag, attributes, ...children], each child packed again or words
 * @typedef {{ edition: string, styles: string, frame: Packed }} Picture
 */

const ACTIVE =
  /^(a|area|script|style|link|meta|base|iframe|frame|object|embed|template|svg|math|form|input|textarea|select|video|audio|canvas)$/
const DRAWN = /^(id|class|style|hidden|mode|type|size|plain|disabled|vertical|data-[\w-]+)$/

/** Before the keys of pictures in the storage of a shop, which the mini-program is not told of. */
const OWN = 'mp-first:'

/** @param {string} prefix of the shop @param {string} page without a query @returns {string} */
export function keyOf(prefix, page) {
  return prefix + OWN + page
}

/** @param {string} key without the prefix of the shop @returns {boolean} whether it is that of a picture */
export function isPictureKey(key) {
  return key.startsWith(OWN)
}

/** @param {string} script address of app.js @returns {string} by which no other build, shop or look shows the picture */
export function edition(script) {
  return `${script}\n${document.getElementById('mp-config')?.textContent ?? ''}`
}

/** @param {Node} node @param {(element: Element) => boolean} isWanted @returns {Packed | string} '' for nothing */
export function pack(node, isWanted) {
  if (node instanceof Text) return node.data
  if (!(node instanceof Element) || ACTIVE.test(node.localName) || !isWanted(node)) return ''
  const drawn = [...node.attributes].filter(({ name }) => isDrawn(node.localName, name))
  const children = [...node.childNodes].map((child) => pack(child, isWanted)).filter(Boolean)
  return [node.localName, Object.fromEntries(drawn.map(({ name, value }) => [name, value])), ...children]
}

/** @param {Packed | string} packed @returns {Node | string} what `append` takes */
export function unpack(packed) {
  if (typeof packed === 'string') return packed
  const [tag, attributes, ...children] = packed
  if (ACTIVE.test(tag)) return ''
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (isDrawn(tag, name)) node.setAttribute(name, value)
  node.append(...children.map(unpack))
  return node
}

function isDrawn(tag, name) {
  return DRAWN.test(name) || (tag === 'img' && name === 'src')
}
