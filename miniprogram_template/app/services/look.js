/** The shop's colour, ready for where a style sheet does not reach. */

const shop = require('./shop')
const { derived } = require('../utils/colours')

const OWN = { accent: '#1f6f50', soft: '#e8f2ed' } // of styles/tokens.wxss

let kept = { from: '', colours: null }

/** { accent, soft } of what the shop says; null while nothing is known, then the template's own colours count. */
function colours(said) {
  const from = (said && said.theme_colour) || ''
  if (from !== kept.from) kept = { from, colours: derived(from) }
  return kept.colours
}

/** The colour of switches and other native parts, "#rrggbb". */
const accent = () => (colours(shop.now()) || OWN).accent

module.exports = { OWN, colours, accent }
