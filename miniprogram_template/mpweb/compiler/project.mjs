import path from 'node:path'
import { transformSync } from 'esbuild'
import { positionOf } from './diagnostics.mjs'
import { SourceFiles } from './files.mjs'

/**
 * @typedef {{ config: any, isPage: boolean, using: Record<string, string> }} Unit one page or component
 * @typedef {{ root: string, name?: string, pages: string[], independent?: boolean }} SubPackage
 * @typedef {import('./diagnostics.mjs').Diagnostics} Diagnostics
 */

/** A mini-program as its JSON files describe it. */
export class Project {
  /** @param {string} root @param {Diagnostics} diagnostics @param {string} [outFolder] */
  constructor(root, diagnostics, outFolder) {
    this.files = new SourceFiles(root, outFolder)
    this.diagnostics = diagnostics
    this.app = this.readJson('app.json', true)
    /** @type {SubPackage[]} */
    this.subPackages = (this.app.subPackages || this.app.subpackages || []).map((item) => ({
      ...item,
      root: String(item.root || '').replace(/^\/|\/$/g, ''),
      pages: item.pages || [],
    }))
    this.pages = [
      ...(this.app.pages || []),
      ...this.subPackages.flatMap((item) => item.pages.map((page) => path.posix.join(item.root, page))),
    ]
    /** @type {Map<string, Unit>} */
    this.units = new Map()
  }

  /** Walks from the pages through usingComponents; says what is missing. */
  collectUnits() {
    for (const page of this.pages)
      this.#visit(page, true, { file: 'app.json', needle: `"${lastPart(page, this.subPackages)}"` })
  }

  /** @param {string} file @param {boolean} [required] @returns {any} its content, or {} */
  readJson(file, required = false) {
    if (!this.files.has(file)) {
      if (required) this.diagnostics.error({ file }, 'file is missing')
      return {}
    }
    const text = this.files.read(file)
    try {
      return JSON.parse(text)
    } catch (error) {
      this.diagnostics.error({ file, ...jsonErrorPosition(text) }, `is not JSON: ${error.message}`)
      return {}
    }
  }

  /** @param {string} file without suffix @returns {string | undefined} the script that belongs to it */
  scriptOf(file) {
    return ['.js', '.ts'].map((suffix) => file + suffix).find((candidate) => this.files.has(candidate))
  }

  /** @param {string} file @returns {string} root of the sub-package it lies in, or '' for the main package */
  packageOf(file) {
    return this.subPackages.find((item) => item.root && file.startsWith(item.root + '/'))?.root ?? ''
  }

  #visit(unit, isPage, origin) {
    if (this.units.has(unit)) return
    const missing = ['.wxml', this.scriptOf(unit) ? '' : '.js'].filter(
      (suffix) => suffix && !this.files.has(unit + suffix),
    )
    if (missing.length) {
      for (const suffix of missing) this.#errorAt(origin, `${unit}${suffix} is missing`)
      return
    }
    const config = this.readJson(unit + '.json')
    if (!isPage && !config.component)
      this.diagnostics.error({ file: unit + '.json' }, 'a component needs "component": true')
    /** @type {Unit} */
    const entry = { config, isPage, using: {} }
    this.units.set(unit, entry)
    this.#visitComponents(unit, entry)
  }

  #visitComponents(unit, entry) {
    const own = entry.config.usingComponents || {}
    for (const [tag, reference] of Object.entries({ ...this.app.usingComponents, ...own })) {
      const declaredIn = own[tag] === undefined ? 'app' : unit
      const found = this.#resolveComponent(declaredIn, tag, reference)
      if (!found) continue
      entry.using[tag] = '/' + found
      this.#checkReach(unit, declaredIn, tag, found, entry)
      this.#visit(found, false, { file: declaredIn + '.json', needle: `"${tag}"` })
    }
    for (const [name, generic] of Object.entries(entry.config.componentGenerics || {})) {
      const found = generic?.default && this.#resolveComponent(unit, name, generic.default)
      if (!found) continue
      generic.default = '/' + found
      this.#visit(found, false, { file: unit + '.json', needle: `"${name}"` })
    }
  }

  #resolveComponent(from, tag, reference) {
    const origin = { file: from + '.json', needle: `"${tag}"` }
    if (/^(dynamicLibrary|plugin|plugin-private|ext):\/\//.test(reference)) {
      this.#errorAt(origin, `component "${reference}": plugins are not supported`)
      return null
    }
    for (const candidate of componentCandidates(from, reference)) {
      if (this.scriptOf(candidate)) return candidate
    }
    this.#errorAt(origin, `component "${reference}" of <${tag}> is not found`)
    return null
  }

  #checkReach(unit, declaredIn, tag, found, entry) {
    const target = this.packageOf(found)
    if (!target || declaredIn === 'app' || this.packageOf(unit) === target) return
    if (entry.config.componentPlaceholder?.[tag]) return
    this.#errorAt(
      { file: unit + '.json', needle: `"${tag}"` },
      `<${tag}> lies in sub-package "${target}"; give it a componentPlaceholder`,
    )
  }

  #errorAt({ file, needle }, message) {
    const position = this.files.has(file) ? positionOf(this.files.read(file), needle) : {}
    this.diagnostics.error({ file, ...position }, message)
  }
}

/** @param {string} file @returns {string[]} its folder and all above it, nearest first */
export function foldersAbove(file) {
  const folders = []
  for (let folder = path.posix.dirname(file); ; folder = path.posix.dirname(folder)) {
    folders.push(folder)
    if (folder === '.' || folder === '/') return folders
  }
}

function componentCandidates(from, reference) {
  const bases = reference.startsWith('/')
    ? [reference.slice(1)]
    : [
        path.posix.join(path.posix.dirname(from), reference),
        ...foldersAbove(from).map((folder) => path.posix.join(folder, 'miniprogram_npm', reference)),
      ]
  return bases.flatMap((base) => [base, base + '/index'])
}

function lastPart(page, subPackages) {
  const home = subPackages.find((item) => item.root && page.startsWith(item.root + '/'))
  return home ? page.slice(home.root.length + 1) : page
}

function jsonErrorPosition(text) {
  try {
    transformSync(text, { loader: 'json', logLevel: 'silent' })
    return {}
  } catch (error) {
    const location = error.errors?.[0]?.location
    return location ? { line: location.line, column: location.column + 1 } : {}
  }
}
