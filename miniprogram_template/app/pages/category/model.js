/** A walk down the tree of categories. */

const at = (categories, key) => categories.find((category) => category.key === key)

/** The categories on the way down `path` (keys), as far as they still exist. */
function walk(tree, path) {
  const found = []
  let below = tree
  for (const key of path) {
    const category = at(below, key)
    if (!category) break
    found.push(category)
    below = category.children || []
  }
  return found
}

function row(category, level, chosen) {
  const all = { key: '', name: '全部', on: !chosen }
  const children = category.children.map(({ key, name }) => ({ key, name, on: chosen !== undefined && key === chosen.key }))
  return { level, choices: [all, ...children] }
}

/**
 * What to paint: the top of the tree, a row of choices for each level below it, and the category whose products are shown.
 *
 * An empty path means the first category.
 */
function view(tree, path) {
  let way = walk(tree, path)
  if (!way.length && tree.length) way = [tree[0]]
  const rows = way.filter((category) => (category.children || []).length).map((category, index) => row(category, index + 1, way[index + 1]))
  const last = way[way.length - 1]
  return {
    top: tree.map(({ key, name }) => ({ key, name, on: way.length > 0 && key === way[0].key })),
    rows,
    path: way.map((category) => category.key),
    category: last ? last.key : '',
    tagline: last ? last.tagline : ''
  }
}

/** The path after a tap on a choice; an empty key is "all" of its level. */
const chosen = (path, level, key) => [...path.slice(0, level), ...(key ? [key] : [])]

module.exports = { view, chosen }
