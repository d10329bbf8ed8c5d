/** Orders of the list of products. */

const SORTS = [
  { key: '', words: '综合' },
  { key: '-sales', words: '销量' },
  { key: 'price', words: '价格' },
  { key: '-created', words: '新品' }
]

/** The order after a tap: price goes up at first, then down. */
const next = (current, tapped) => (tapped === 'price' && current === 'price' ? '-price' : tapped)

/** What to paint: [{ key, words, on, arrow, spoken }]. */
function sorts(current) {
  return SORTS.map(({ key, words }) => {
    const on = key === current || (key === 'price' && current === '-price')
    const arrow = key !== 'price' || !on ? '' : current === 'price' ? '↑' : '↓'
    return { key, words, on, arrow, spoken: `按${words}排序${arrow === '↑' ? '，从低到高' : arrow === '↓' ? '，从高到低' : ''}` }
  })
}

module.exports = { next, sorts }
