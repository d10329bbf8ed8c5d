/** Footprints by day. */

/** The days so far with those of the next page: a day may go on there. */
function joined(days, next) {
  return next.reduce((all, day) => {
    const last = all[all.length - 1]
    if (!last || last.day !== day.day) return [...all, day]
    return [...all.slice(0, -1), { ...last, products: [...last.products, ...day.products] }]
  }, days)
}

module.exports = { joined }
