/** The sessions of flash sales as their page shows them: by the server's time, so that what begins meanwhile is open at once. */

const time = require('../../../utils/time')

const DAY = 24 * 60 * 60 * 1000

/** "" for today, "明天", or the date of another day. */
function dayOf(text, now) {
  const day = time.day(text)
  if (day === time.day(new Date(now).toISOString())) return ''
  return day === time.day(new Date(now + DAY).toISOString()) ? '明天' : day.slice(5)
}

const MOST = 99 // units of an order where the session sets no limit

function limit({ per_order: order, per_member: member }) {
  if (member) return `每人限购 ${member} 件`
  return order ? `每单限购 ${order} 件` : ''
}

/** Most units that one order may have; what the member bought before is left to the shop. */
const most = ({ per_order: order, per_member: member }) => Math.min(order || MOST, member || MOST)

/** A session as it is painted; `units` of an item are told in percent only. */
function painted(session, live) {
  const items = session.items.map((item) => ({ ...item, state: item.sold_out ? 'gone' : live ? 'open' : 'coming' }))
  return { key: session.key, title: session.title, until: live ? session.ends_at : session.starts_at, limit: limit(session.limits), most: most(session.limits), items }
}

/**
 * The tabs at a moment (milliseconds): [{ key, clock, words, live, sessions }], without what is over.
 *
 * What runs is one tab, though its sessions began at different times: to shoppers it is all "now".
 */
function tabs({ groups }, now) {
  const left = groups.map((group) => ({ ...group, sessions: group.sessions.filter((each) => Date.parse(each.ends_at) > now) })).filter((group) => group.sessions.length)
  const running = left.filter((group) => Date.parse(group.starts_at) <= now)
  const coming = left.filter((group) => Date.parse(group.starts_at) > now)
  const all = running.map((group) => group.sessions).reduce((one, other) => one.concat(other), [])
  return [
    ...(all.length ? [{ key: 'now', clock: '正在抢', words: '低价进行中', live: true, sessions: all.map((each) => painted(each, true)) }] : []),
    ...coming.map((group) => ({
      key: group.starts_at,
      clock: time.minute(group.starts_at).slice(11),
      words: `${dayOf(group.starts_at, now)}开抢`,
      live: false,
      sessions: group.sessions.map((each) => painted(each, false))
    }))
  ]
}

/** The key of the tab that holds a session, else of the first. */
function tabOf(all, session) {
  const found = all.find((tab) => tab.sessions.some((each) => each.key === session)) || all[0]
  return found ? found.key : ''
}

module.exports = { tabs, tabOf }
