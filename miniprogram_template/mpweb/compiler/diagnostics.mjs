/**
 * @typedef {{ file: string, line?: number, column?: number }} Place
 * @typedef {{ file: string, line: number, column: number, severity: 'error' | 'warning', message: string }} Diagnostic
 */

/** Collects what is wrong with a project, so that one run tells everything. */
export class Diagnostics {
  constructor() {
    /** @type {Diagnostic[]} */
    this.list = []
  }

  /** @param {Place} place @param {string} message */
  error(place, message) {
    this.#add(place, 'error', message)
  }

  /** @param {Place} place @param {string} message */
  warning(place, message) {
    this.#add(place, 'warning', message)
  }

  /** @returns {boolean} true when the build must not be used: kits may warn, own files may not */
  get failed() {
    return this.list.some((item) => item.severity === 'error' || !isVendored(item.file))
  }

  /** @returns {string[]} lines of `file:line:column severity message` in the order of the files */
  lines() {
    const ordered = [...this.list].sort(
      (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
    )
    return ordered.map((item) => `${item.file}:${item.line}:${item.column} ${item.severity} ${item.message}`)
  }

  #add({ file, line = 1, column = 1 }, severity, message) {
    const known = this.list.some((item) => item.file === file && item.line === line && item.message === message)
    if (!known) this.list.push({ file, line, column, severity, message })
  }
}

/** @param {string} file @returns {boolean} true for files of a kit, which are not ours to mend */
export function isVendored(file) {
  return /(^|\/)miniprogram_npm\//.test(file)
}

/** @param {string} text @param {number} offset @returns {{ line: number, column: number }} counted from one */
export function positionAt(text, offset) {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** @param {string} text @param {string} needle @returns {{ line: number, column: number }} of its first occurrence, else the start */
export function positionOf(text, needle) {
  const offset = text.indexOf(needle)
  return offset < 0 ? { line: 1, column: 1 } : positionAt(text, offset)
}
