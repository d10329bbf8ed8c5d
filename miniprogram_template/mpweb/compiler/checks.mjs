import { parse } from 'acorn'
import { isAbsoluteAddress, resolvePath } from '../runtime/addresses.js'
import { BUILTIN_TAGS, LANGUAGE_TAGS } from '../runtime/builtins/tags.js'
import { isVendored, positionAt, positionOf } from './diagnostics.mjs'

const ICON_LIMIT = 40 * 1024

/**
 * What neither miniprogram-ci nor the template compiler notices.
 * @param {import('./project.mjs').Project} project
 */
export function checkProject(project) {
  checkPages(project)
  checkTabBar(project)
  for (const [unit, { config }] of project.units) {
    if (isVendored(unit)) continue
    const template = blankOut(project.files.read(unit + '.wxml'))
    const declared = { ...project.app.usingComponents, ...config.usingComponents, ...config.componentGenerics }
    checkRenderingCache(project, unit, config)
    checkTags(project, unit, template, new Set(Object.keys(declared)))
    checkRoles(project, unit, template)
    checkHandlers(project, unit, template)
    checkPictures(project, unit, template)
  }
}

function checkPages(project) {
  const { app, subPackages } = project
  const report = reporter(project, 'app.json')
  if (!app.pages?.length) report('"pages"', 'app.json names no pages')
  for (const { root, pages } of subPackages) {
    if (!root) report('"root"', 'a sub-package needs a root')
    if (!pages.length) report(`"${root}"`, `sub-package "${root}" has no pages`)
    const twin = subPackages.find((other) => other.root !== root && (other.root + '/').startsWith(root + '/'))
    if (twin) report(`"${twin.root}"`, `sub-package "${twin.root}" lies inside "${root}"`)
    if (subPackages.filter((other) => other.root === root).length > 1)
      report(`"${root}"`, `two sub-packages have the root "${root}"`)
    const astray = (app.pages || []).find((page) => page.startsWith(root + '/'))
    if (astray) report(`"${astray}"`, `page "${astray}" of the main package lies in sub-package "${root}"`)
  }
  for (const page of project.pages) {
    if (project.pages.indexOf(page) !== project.pages.lastIndexOf(page))
      report(`"${page}"`, `page "${page}" is named twice`)
  }
}

function checkTabBar(project) {
  const { tabBar, pages = [] } = project.app
  if (!tabBar) return
  const report = reporter(project, 'app.json')
  const items = tabBar.list || []
  if (items.length < 2 || items.length > 5) report('"tabBar"', `a tab bar has 2 to 5 items, not ${items.length}`)
  if (tabBar.custom) report('"custom"', 'custom tab bars are not supported')
  for (const item of items) {
    if (!pages.includes(item.pagePath))
      report(`"${item.pagePath}"`, `tab "${item.pagePath}" is no page of the main package`)
    if (!item.text) report(`"${item.pagePath}"`, `tab "${item.pagePath}" has no text`)
    for (const icon of [item.iconPath, item.selectedIconPath].filter(Boolean)) checkIcon(project, icon, report)
  }
}

function checkIcon({ files }, icon, report) {
  const file = icon.replace(/^\//, '')
  if (!files.has(file)) report(`"${icon}"`, `tab icon "${icon}" is missing`)
  else if (!/\.(png|jpe?g)$/i.test(file)) report(`"${icon}"`, `tab icon "${icon}" must be PNG or JPEG`)
  else if (files.size(file) > ICON_LIMIT) report(`"${icon}"`, `tab icon "${icon}" is larger than 40 KB`)
}

function checkRenderingCache(project, unit, { initialRenderingCache: value = 'static' }) {
  if (['static', 'dynamic'].includes(value)) return
  const report = reporter(project, unit + '.json')
  report('"initialRenderingCache"', `initialRenderingCache is "static" or "dynamic", not ${JSON.stringify(value)}`)
}

function checkTags(project, unit, template, known) {
  for (const match of blankValues(template).matchAll(/<([a-zA-Z][\w-]*)/g)) {
    const tag = match[1]
    if (BUILTIN_TAGS.has(tag) || LANGUAGE_TAGS.includes(tag) || known.has(tag)) continue
    const place = { file: unit + '.wxml', ...positionAt(template, match.index) }
    project.diagnostics.error(place, `<${tag}> is neither built in nor in usingComponents`)
  }
}

/** A browser reads both; screen readers on a telephone are told of `aria-role` alone. */
function checkRoles(project, unit, template) {
  for (const match of template.matchAll(/\srole\s*=/g)) {
    const place = { file: unit + '.wxml', ...positionAt(template, match.index + 1) }
    project.diagnostics.error(place, 'telephones know "aria-role", not "role"')
  }
}

function checkHandlers(project, unit, template) {
  const script = project.scriptOf(unit)
  const names = collectMethods(project, script, new Set())
  if (!names) return
  const pattern = /\s(?:capture-)?(?:mut-bind|bind|catch):?[a-zA-Z][\w-]*\s*=\s*(["'])([A-Za-z_$][\w$]*)\1/g
  for (const match of template.matchAll(pattern)) {
    if (names.has(match[2])) continue
    const place = { file: unit + '.wxml', ...positionAt(template, match.index + 1) }
    project.diagnostics.error(place, `handler "${match[2]}" is not in ${script}`)
  }
}

/** Addresses that are written out; those of expressions are known on the telephone only. */
function checkPictures(project, unit, template) {
  for (const match of template.matchAll(/<(?:image|cover-image)\b[^>]*?\ssrc\s*=\s*(["'])([^"'{]+)\1/g)) {
    const source = match[2]
    if (isAbsoluteAddress(source) || project.files.has(resolvePath(unit, source))) continue
    const place = { file: unit + '.wxml', ...positionAt(template, match.index) }
    project.diagnostics.error(place, `picture "${source}" is missing`)
  }
}

/** @returns {Set<string> | null} names of functions, also of what it requires when that may be part of it; null when not to be told */
function collectMethods(project, file, seen) {
  if (!file || file.endsWith('.ts')) return null
  seen.add(file)
  const source = project.files.read(file)
  let tree
  try {
    tree = parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowReturnOutsideFunction: true })
  } catch {
    return null // the bundler tells syntax errors with their place
  }
  const names = new Set()
  walk(tree, (node) => {
    if (node.type === 'MethodDefinition' || (node.type === 'Property' && mayBeFunction(node.value)))
      names.add(node.key.name ?? node.key.value)
  })
  if (/\b(behaviors|mixins)\b|\.\.\.\w|\b(Page|Component)\((?!\s*\{)/.test(source)) addRequired(project, file, source, names, seen)
  return names
}

function addRequired(project, file, source, names, seen) {
  for (const [, reference] of source.matchAll(/(?:require\(\s*|from\s*)['"](\.{0,2}\/[^'"]+)['"]/g)) {
    const base = new URL(reference, 'file:///' + file).pathname.slice(1)
    const target = [base, base + '.js', base + '/index.js'].find((candidate) => project.files.has(candidate))
    if (!target || seen.has(target)) continue
    for (const name of collectMethods(project, target, seen) || []) names.add(name)
  }
}

function mayBeFunction(value) {
  return !['Literal', 'ObjectExpression', 'ArrayExpression', 'TemplateLiteral', 'UnaryExpression'].includes(value.type)
}

function walk(node, visit) {
  if (!node || typeof node.type !== 'string') return
  visit(node)
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) value.forEach((item) => walk(item, visit))
    else if (value && typeof value === 'object') walk(value, visit)
  }
}

/** Replaces comments and inline WXS by blanks of the same length, so that positions stay. */
function blankOut(source) {
  return source
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/(<wxs\b[^>]*[^/]>)([\s\S]*?)(<\/wxs>)/g, (_, open, body, close) => open + blank(body) + close)
}

/** Values and expressions may hold `<` too. */
function blankValues(source) {
  return source.replace(/=\s*(?:"[^"]*"|'[^']*')|\{\{[\s\S]*?\}\}/g, blank)
}

function blank(text) {
  return text.replace(/[^\n]/g, ' ')
}

function reporter(project, file) {
  const text = project.files.has(file) ? project.files.read(file) : ''
  return (needle, message) => project.diagnostics.error({ file, ...positionOf(text, needle) }, message)
}
