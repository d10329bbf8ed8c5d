/** What is written about an order before it is sent. */

const MOST_WORDS = 500
const SCORES = ['', '很差', '较差', '一般', '满意', '非常满意']

/** A draft per line that waits for a review, with the title and picture that the order knows. */
function drafts(open, order) {
  return open.map(({ sku, options }) => {
    const line = order.lines.find((each) => each.sku === sku) || {}
    return { sku, options, title: line.title || '', picture: line.picture || '', score: 5, tags: [], content: '', pictures: [], busy: false }
  })
}

/** The tags with what is chosen, for painting. */
const tags = (all, chosen) => all.map((name) => ({ name, on: chosen.indexOf(name) >= 0 }))

const toggled = (chosen, name) => (chosen.indexOf(name) >= 0 ? chosen.filter((each) => each !== name) : [...chosen, name])

/** What the API wants. A score of 0 is one that was not given. */
function body(lines, { anonymous, service, logistics }) {
  const said = {
    lines: lines.map((line) => ({
      sku: line.sku,
      score: line.score,
      tags: line.tags,
      content: line.content.trim(),
      pictures: line.pictures.map((picture) => picture.key),
      anonymous
    }))
  }
  if (service) said.service_score = service
  if (logistics) said.logistics_score = logistics
  return said
}

module.exports = { MOST_WORDS, SCORES, drafts, tags, toggled, body }
