/** What a list of products is narrowed to. Prices are typed in yuan and asked for in fen. */

const YUAN = /^\d{1,8}(\.\d{1,2})?$/
const NONE = { category: '', brand: '', attributes: {}, inStock: false, least: '', most: '' }

/** Fen of what was typed, or undefined when it is no amount. */
const fen = (typed) => (YUAN.test((typed || '').trim()) ? Math.round(Number(typed) * 100) : undefined)

/** "材质:棉|尺寸:1.8 米床" */
const facts = (attributes) =>
  Object.keys(attributes)
    .map((name) => `${name}:${attributes[name]}`)
    .join('|')

/** The parameters of the API. Two prices typed the wrong way round are turned. */
function query(filters) {
  const ends = [fen(filters.least), fen(filters.most)]
  if (ends[0] !== undefined && ends[1] !== undefined) ends.sort((one, other) => one - other)
  return {
    category: filters.category,
    brand: filters.brand,
    attributes: facts(filters.attributes),
    in_stock: filters.inStock ? 'true' : '',
    min_price: ends[0],
    max_price: ends[1]
  }
}

/** The filters after a tap on a category, brand or value: on, or off again. */
function toggled(filters, name, value) {
  return { ...filters, [name]: filters[name] === value ? '' : value }
}

function toggledFact(filters, name, value) {
  const attributes = { ...filters.attributes }
  if (attributes[name] === value) delete attributes[name]
  else attributes[name] = value
  return { ...filters, attributes }
}

/** How many filters are on; the category a list is about is none of them. */
function active(filters, base = NONE) {
  const prices = fen(filters.least) !== undefined || fen(filters.most) !== undefined
  const others = [filters.brand, filters.inStock, prices, filters.category !== base.category && filters.category]
  return others.filter(Boolean).length + Object.keys(filters.attributes).length
}

/** A shop's facets as chips: [{ title, kind, name, choices: [{ value, words, count, on }] }]. */
function groups(facets, filters) {
  const chosen = (kind, title, rows) => ({
    title,
    kind,
    name: title,
    choices: rows.map((row) => ({ value: row.key, words: row.name, count: row.count, on: filters[kind] === row.key }))
  })
  const facts = (facets.attributes || []).map((attribute) => ({
    title: attribute.name,
    kind: 'attribute',
    name: attribute.name,
    choices: attribute.values.map(({ value, count }) => ({ value, words: value, count, on: filters.attributes[attribute.name] === value }))
  }))
  const all = [chosen('category', '分类', facets.categories || []), chosen('brand', '品牌', facets.brands || []), ...facts]
  return all.filter((group) => group.choices.length)
}

module.exports = { NONE, query, toggled, toggledFact, active, groups }
