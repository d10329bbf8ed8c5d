import { parseExpressionAt } from 'acorn'

/**
 * @typedef {{ start: number, end: number, key: string }} Part
 * @typedef {{ start: number, end: number, parts: Part[] }} Group parts whose order means nothing
 */

/**
 * The template compiler writes out its hash tables in an order that differs from run to run.
 * @param {string} source JavaScript expression with all templates
 * @returns {string} the same with what is assigned by name, and what is updated by field, in alphabetical order
 */
export function canonical(source) {
  /** @type {Group[]} */
  const groups = []
  collectGroups(parseExpressionAt(source, 0, { ecmaVersion: 'latest' }), groups)
  groups.sort((a, b) => a.start - b.start || b.end - a.end)
  return write(source, 0, source.length, groups)
}

function collectGroups(node, groups) {
  if (!node || typeof node.type !== 'string') return
  if (node.type === 'BlockStatement' || node.type === 'Program') addAssignments(node.body, groups)
  if (node.type === 'VariableDeclarator' && node.id.name === 'A' && node.init?.type === 'ObjectExpression')
    addGroup(node.init.properties, (property) => property.key.value, groups)
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) value.forEach((item) => collectGroups(item, groups))
    else if (value && typeof value === 'object') collectGroups(value, groups)
  }
}

/** Runs of `G["name"] = …` over the same object. */
function addAssignments(statements, groups) {
  let run = []
  let owner = ''
  for (const statement of [...statements, null]) {
    const target = statement?.expression?.type === 'AssignmentExpression' ? statement.expression.left : null
    const name = target?.computed && typeof target.property.value === 'string' ? target.object.name : ''
    if (!name || name !== owner) {
      addGroup(run, (item) => item.expression.left.property.value, groups)
      run = []
    }
    owner = name
    if (name) run.push(statement)
  }
}

function addGroup(nodes, keyOf, groups) {
  if (nodes.length < 2) return
  const parts = nodes.map((node) => ({ start: node.start, end: node.end, key: keyOf(node) }))
  groups.push({ start: parts[0].start, end: parts.at(-1).end, parts })
}

/** @param {Group[]} groups within, outer ones first */
function write(source, start, end, groups) {
  let text = ''
  let at = start
  for (const group of groups) {
    if (group.start < at) continue // inside the one just written
    const inner = groups.filter((other) => other !== group && other.start >= group.start && other.end <= group.end)
    text += source.slice(at, group.start) + writeSorted(source, group, inner)
    at = group.end
  }
  return text + source.slice(at, end)
}

function writeSorted(source, { parts }, inner) {
  const sorted = [...parts].sort((a, b) => (a.key < b.key ? -1 : 1))
  return parts
    .map((slot, index) => {
      const { start, end } = sorted[index]
      const within = inner.filter((group) => group.start >= start && group.end <= end)
      const between = index ? source.slice(parts[index - 1].end, slot.start) : ''
      return between + write(source, start, end, within)
    })
    .join('')
}
