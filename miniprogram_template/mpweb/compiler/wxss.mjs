import path from 'node:path'
import postcss from 'postcss'
import selectorParser from 'postcss-selector-parser'
import { BUILTIN_TAGS } from '../runtime/builtins/tags.js'
import { convertUnits } from '../runtime/units.js'

/** Replaced at run time by the prefix of the component's scope: kits choose their isolation in JavaScript. */
export const SCOPE_MARK = '__S__'
/** Replaced at run time by the component's name, for `:host`. */
export const HOST_MARK = '__H__'

/**
 * @param {import('./project.mjs').Project} project
 * @returns {Record<string, string>} style sheet by unit, and `app`
 */
export function compileStyles(project) {
  const styles = { app: compileSheet(project, 'app', false) }
  for (const [unit, { isPage, config }] of project.units) {
    const sheet = compileSheet(project, unit, !isPage || Boolean(config.component))
    if (sheet) styles[unit] = sheet
  }
  return styles
}

function compileSheet(project, unit, scoped) {
  const file = unit + '.wxss'
  if (!project.files.has(file)) return ''
  const root = loadSheet(project, file, [])
  if (!root) return ''
  const selectors = selectorParser((tree) => tree.walk((node) => rewriteSelector(node, scoped)))
  root.walkRules((rule) => {
    if (!isKeyframe(rule)) rule.selector = selectors.processSync(rule.selector)
  })
  root.walkDecls((declaration) => {
    checkLocalUrl(project, declaration)
    declaration.value = convertUnits(declaration.value)
  })
  root.walkComments((comment) => comment.remove())
  return root.toString()
}

function loadSheet(project, file, stack) {
  const { files, diagnostics } = project
  let root
  try {
    root = postcss.parse(files.read(file), { from: file })
  } catch (error) {
    diagnostics.error({ file, line: error.line, column: error.column }, error.reason || error.message)
    return null
  }
  root.walk((node) => {
    node.wxssFile ??= file
  })
  root.walkAtRules('import', (rule) => inlineImport(project, file, rule, [...stack, file]))
  return root
}

function inlineImport(project, file, rule, stack) {
  const reference = rule.params.match(/^(?:url\()?\s*['"]?([^'")]+)/)?.[1]?.trim() ?? ''
  const plain = reference.startsWith('/') ? reference.slice(1) : path.posix.join(path.posix.dirname(file), reference)
  const target = [plain, plain + '.wxss'].find((candidate) => project.files.has(candidate))
  if (!target) {
    const { line, column } = rule.source.start
    project.diagnostics.error({ file, line, column }, `@import "${reference}" is not found`)
  }
  const imported = target && !stack.includes(target) ? loadSheet(project, target, stack) : null
  if (imported) rule.replaceWith(imported.nodes)
  else rule.remove()
}

function rewriteSelector(node, scoped) {
  if (node.type === 'tag') {
    if (node.value === 'page') node.value = 'wx-page'
    else if (BUILTIN_TAGS.has(node.value)) node.value = 'wx-' + node.value
  } else if (node.type === 'class' && scoped) {
    node.value = SCOPE_MARK + node.value
  } else if (node.type === 'pseudo' && node.value === ':host') {
    node.replaceWith(
      selectorParser.attribute({ attribute: 'wx-host', operator: '=', value: HOST_MARK, quoteMark: '"' }),
    )
  }
}

function isKeyframe(rule) {
  return rule.parent.type === 'atrule' && /keyframes$/.test(rule.parent.name)
}

/** A phone loads pictures of a style sheet from the network or from a data address, never from the package. */
function checkLocalUrl({ diagnostics }, declaration) {
  const target = declaration.value.match(/url\(\s*['"]?([^'")]+)/)?.[1]
  if (!target || /^(data:|https?:|\/\/|#)/.test(target)) return
  const { line, column } = declaration.source.start
  diagnostics.error(
    { file: declaration.wxssFile, line, column },
    `url(${target}): WXSS cannot load files of the package`,
  )
}
