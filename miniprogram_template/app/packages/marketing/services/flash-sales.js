/** Flash sales: sessions with few units, and the line in front of them. */

const requests = require('../../../services/request')
const clock = require('../../../services/clock')

/** The sessions that run or begin by the end of tomorrow: { now, groups }. The countdowns go by its `now`. */
async function sessions() {
  const said = await requests.get('/flash-sales', { quiet: true, anonymous: true })
  clock.heard({ Date: said.now })
  return said
}

module.exports = { sessions }
