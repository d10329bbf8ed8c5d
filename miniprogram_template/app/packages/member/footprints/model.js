/** Footprints by day. */

const all = (days) => days.reduce((rows, day) => [...rows, ...day.products], [])

/** How many there are. */
const count = (days) => all(days).length

const keeping = (days, holds) =>
  days.map((day) => ({ ...day, products: day.products.filter(holds) })).filter((day) => day.products.length)

/** The days so far with those of the next page: a day may go on there, and what is shown already is shown once. */
function joined(days, next) {
  const shown = all(days).map((row) => row.footprint)
  return keeping(next, (row) => !shown.includes(row.footprint)).reduce((before, day) => {
    const last = before[before.length - 1]
    if (!last || last.day !== day.day) return [...before, day]
    return [...before.slice(0, -1), { ...last, products: [...last.products, ...day.products] }]
  }, days)
}

/** The days without one footprint. */
const without = (days, footprint) => keeping(days, (row) => row.footprint !== footprint)

module.exports = { count, joined, without }
