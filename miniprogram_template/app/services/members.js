/** The shopper's own things: profile, level, points, addresses, favourites, footprints, account, consent to messages. */

const requests = require('./request')
const session = require('./session')
const { settings } = require('./settings')
const store = require('./store')

async function me() {
  await session.ensure()
  const said = await requests.get('/me', { quiet: true })
  session.update(said)
  return said
}

let levelOf = '' // the token whose member was asked for

/** The member as the shop knows him now, or null; nobody logs in for this. */
async function known() {
  const token = session.token()
  if (!token) return null
  levelOf = token
  const said = await requests.get('/me', { quiet: true, anonymous: true })
  if (token === session.token()) session.update(said)
  return session.member()
}

/** The member's level { name, discount_bp }, or null; asked for once per launch, and nobody logs in for this. */
async function level() {
  const token = session.token()
  if (token && token !== levelOf) await known().catch(() => {}) // what was known last counts
  return (session.member() || {}).level || null
}

/** One page of the points: { balance, debt, count, next, results }. */
const points = (page = 1, pageSize = 20) => requests.get('/me/points', { query: { page, page_size: pageSize }, quiet: true })

/** What waits: { unpaid, to_ship, shipped, to_review, after_sale, favourites, footprints, points }; points null in a shop without; nobody logs in for this. */
const counts = () => (session.token() ? requests.get('/me/counts', { quiet: true, anonymous: true }) : Promise.resolve({}))

async function saveProfile(values) {
  const said = await requests.patch('/me', values)
  session.update(said)
  return said
}

async function bindPhone(code) {
  const said = await requests.post('/auth/phone', { code })
  session.update(said)
  return said
}

async function erase() {
  await requests.post('/account/erase')
  session.forget()
  store.clear()
}

const addresses = () => requests.get('/addresses', { query: { page_size: 100 }, quiet: true }).then((said) => said.results)
const address = (key) => requests.get(`/addresses/${key}`)
const saveAddress = (key, values) => (key ? requests.patch(`/addresses/${key}`, values, { quiet: true }) : requests.post('/addresses', values, { quiet: true }))
const removeAddress = (key) => requests.remove(`/addresses/${key}`)

/** The parts of an address that a pasted text holds, "" for what it lacks. */
const parseAddress = (text) => requests.post('/addresses/parse', { text })

const favourites = (page = 1) => requests.get('/favourites', { query: { page }, quiet: true })
/** Whether the member keeps a product; nobody logs in for this. */
async function isFavourite(key) {
  if (!session.token()) return false
  const said = await requests.post('/favourites/check', { products: [key] }, { quiet: true, anonymous: true }).catch(() => null)
  return Boolean(said && said.favourites.includes(key))
}
const addFavourite = (key) => requests.post(`/favourites/${key}`)
const removeFavourite = (key) => requests.remove(`/favourites/${key}`)

const footprints = (page = 1, pageSize = 20) => requests.get('/footprints', { query: { page, page_size: pageSize }, quiet: true })
/** Note that a product was looked at; nobody logs in for this. */
const visited = (key) => (session.token() ? requests.post('/footprints', { product: key }, { quiet: true, anonymous: true }).catch(() => {}) : Promise.resolve())
const removeFootprint = (footprint) => requests.remove(`/footprints/${footprint}`)
const forgetFootprints = () => requests.remove('/footprints')

/** Whether WeChat can ask for consent to a message: a browser knows none. */
const mayAgree = () => settings().client !== 'h5' && !!wx.requestSubscribeMessage

/** Whether the shopper agrees to one message of a template; only from a tap or from the cashier's answer, as the platform demands. */
function agrees(template) {
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({ tmplIds: [template], success: (said) => resolve(said[template] === 'accept'), fail: () => resolve(false) })
  })
}

module.exports = {
  me, known, level, points, counts, saveProfile, bindPhone, erase,
  addresses, address, saveAddress, removeAddress, parseAddress,
  favourites, isFavourite, addFavourite, removeFavourite,
  footprints, visited, removeFootprint, forgetFootprints, mayAgree, agrees
}
