import path from 'node:path'
import { parse } from 'acorn'

const PRELUDE =
  'var getDate=function(){return arguments.length?new Date(arguments[0]):new Date()},' +
  'getRegExp=function(pattern,flags){return new RegExp(pattern,flags)};'
const TYPES = 'Array|Object|Number|String|Boolean|Function|Date|RegExp'

/**
 * In WXS `value.constructor` is a name, in JavaScript a function; `.wxs` in a require is part of the file's name.
 * @param {string} source @returns {string} JavaScript that does what the WXS says
 */
export function wxsToScript(source) {
  const body = source
    .replace(/(require\(\s*)(['"])([^'"]+?)\.wxs\2/g, '$1$2$3$2')
    .replace(/\.constructor\s*(!==?|===?)\s*(['"])(\w+)\2/g, '.constructor.name$1$2$3$2')
    .replace(
      new RegExp(`(['"])(${TYPES})\\1\\s*(!==?|===?)\\s*([\\w.]+)\\.constructor\\b`, 'g'),
      '$1$2$1$3$4.constructor.name',
    )
  return PRELUDE + body
}

/** @param {string} file that holds the source @param {string} source @returns {string[]} modules it requires, without suffix */
export function wxsRequires(file, source) {
  return [...source.matchAll(/require\(\s*['"]([^'"]+)['"]\s*\)/g)].map(([, reference]) => {
    const plain = reference.replace(/\.wxs$/, '')
    return plain.startsWith('/') ? plain.slice(1) : path.posix.join(path.posix.dirname(file), plain)
  })
}

/**
 * WXS is ES5 without regular expression literals and without try.
 * @param {string} source
 * @returns {{ line: number, column: number, message: string } | null} the first thing a phone would refuse
 */
export function wxsFault(source) {
  let refused = null
  const onToken = (token) => {
    const what = { regexp: 'regular expression literals (use getRegExp)', try: 'try' }[token.type.label]
    if (what && !refused)
      refused = { line: token.loc.start.line, column: token.loc.start.column + 1, message: `WXS has no ${what}` }
  }
  try {
    parse(source, { ecmaVersion: 5, sourceType: 'script', locations: true, onToken })
  } catch (error) {
    const message = `is not ES5 as WXS must be: ${error.message.replace(/ \(\d+:\d+\)$/, '')}`
    return { line: error.loc.line, column: error.loc.column + 1, message }
  }
  return refused
}
