/** The shop itself: its name, look and words. */

const cached = require('./cached')
const requests = require('./request')

let known = null
let asked = null

/** What the shop says of itself: { shop: {name, key}, notice, service_phone, stock_socket, … }; asked once a launch. */
function bootstrap() {
  if (!asked) {
    asked = cached
      .get('/bootstrap', (said) => {
        known = said
      }, { anonymous: true, quiet: true })
      .catch((error) => {
        asked = null
        if (known) return known
        throw error
      })
  }
  return asked
}

/** The same without waiting: what is known by now, or null. */
const now = () => known

/** The home page, by one request; `show` as in services/cached. */
const home = (show) => cached.get('/home', show, { anonymous: true, quiet: true })

/** An agreement: "user" or "privacy". */
const agreement = (kind) => requests.get(`/agreements/${kind}`, { anonymous: true })

module.exports = { bootstrap, now, home, agreement }
