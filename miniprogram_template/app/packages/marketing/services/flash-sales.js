/** Flash sales: sessions with few units, and the line in front of them. */

const requests = require('../../../services/request')
const clock = require('../../../services/clock')

/** The sessions that run or begin by the end of tomorrow: { now, groups, reminder_template }. The countdowns go by its `now`. */
async function sessions() {
  const said = await requests.get('/flash-sales', { quiet: true, anonymous: true })
  clock.heard({ Date: said.now })
  return said
}

/** The keys of the sessions of which the shopper is going to be told; [] when nobody can say. */
const reminders = () => requests.get('/me/flash-sale-reminders', { quiet: true }).then((said) => said.activities, () => [])

/** Have the shopper told of a session by the message of a template. */
const remind = (key, template) => requests.post(`/activities/${key}/remind`, { template })

module.exports = { sessions, reminders, remind }
