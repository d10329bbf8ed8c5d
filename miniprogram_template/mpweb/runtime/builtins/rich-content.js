import createPurifier from 'dompurify'
import { convertUnits } from '../units.js'

const TAGS = (
  'a abbr b blockquote br code col colgroup dd del div dl dt em fieldset h1 h2 h3 h4 h5 h6 hr i img ins label legend li ol ' +
  'p q s section small span strong sub sup table tbody td tfoot th thead tr u ul'
).split(' ')
const ATTRIBUTES = [
  'alt',
  'class',
  'colspan',
  'dir',
  'height',
  'rowspan',
  'span',
  'src',
  'start',
  'style',
  'type',
  'width',
]

let purifier

/**
 * @param {string | any[]} nodes of rich-text
 * @returns {DocumentFragment} with the tags and attributes that WeChat knows and nothing that runs
 */
export function richFragment(nodes) {
  purifier ??= createPurifier(window)
  const html = typeof nodes === 'string' ? nodes : (nodes || []).map(nodeToHtml).join('')
  const fragment = purifier.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  })
  for (const node of fragment.querySelectorAll('[style]'))
    node.setAttribute('style', convertUnits(node.getAttribute('style')))
  return fragment
}

function nodeToHtml(node) {
  if (node.type === 'text') return escapeText(String(node.text ?? ''))
  const name = String(node.name || 'div').replace(/[^\w-]/g, '')
  const attributes = Object.entries(node.attrs || {}).map(
    ([key, value]) => ` ${key.replace(/[^\w-]/g, '')}="${escapeText(String(value))}"`,
  )
  return `<${name}${attributes.join('')}>${(node.children || []).map(nodeToHtml).join('')}</${name}>`
}

/** Entities that the author wrote stay entities. */
function escapeText(text) {
  return text
    .replace(/&(?!#?\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
}
