/** The filters of a product's reviews. */

const ALL = { kind: '', value: '' }

const chip = (kind, value, words, count) => ({ id: `${kind}:${value}`, kind, value, words, count })

function stars(summary) {
  return [5, 4, 3, 2, 1].filter((score) => (summary.stars || {})[score]).map((score) => chip('score', score, `${score} 星`, summary.stars[score]))
}

/** [{ id, kind, value, words, count, on }] of what there is anything of. */
function chips(summary, chosen) {
  const found = [chip('', '', '全部', summary.count)]
  if (summary.pictured) found.push(chip('pictures', '1', '有图', summary.pictured))
  found.push(...(summary.tags || []).map((tag) => chip('tag', tag.name, tag.name, tag.count)), ...stars(summary))
  return found.map((one) => ({ ...one, on: one.kind === chosen.kind && String(one.value) === String(chosen.value) }))
}

/** The parameters of the API. */
const query = (chosen) => (chosen.kind ? { [chosen.kind]: chosen.value } : {})

module.exports = { ALL, chips, query }
