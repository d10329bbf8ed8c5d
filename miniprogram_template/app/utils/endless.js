/** A list that grows while one scrolls. */

const key = (row) => row.key

/**
 * `ask(page, seen)` resolves with { count, next, results }; `show(patch)` is a setData for { status, more, count, rows }.
 * Before that `ask` may hand `seen` what the first page was last time: it is painted until the answer is there.
 *
 * status: "loading", "ready", "empty" or "error" (nothing to show). more: "", "loading", "error" or "end".
 * An answer that comes after a restart is dropped; a row that moved to the next page meanwhile is shown once.
 */
function endless(ask, show) {
  const state = { round: 0, page: 0, length: 0, seen: {}, busy: false, over: false }

  function unseen(rows) {
    const fresh = rows.filter((row) => !state.seen[key(row)])
    fresh.forEach((row) => {
      state.seen[key(row)] = true
    })
    return fresh
  }

  function painted(answer, first) {
    const rows = unseen(answer.results)
    const patch = first ? { rows } : Object.fromEntries(rows.map((row, index) => [`rows[${state.length + index}]`, row]))
    state.length += rows.length
    state.over = !answer.next
    return { ...patch, count: answer.count, status: state.length ? 'ready' : 'empty', more: state.over ? 'end' : '' }
  }

  async function load(page) {
    const round = state.round
    let kept = false
    const seen = ({ results, count }) => {
      if (round !== state.round || page !== 1 || !results.length) return
      kept = true
      show({ rows: results, count, status: 'ready', more: 'loading' })
    }
    state.busy = true
    try {
      const answer = await ask(page, seen)
      if (round !== state.round) return
      state.page = page
      show(painted(answer, page === 1))
    } catch (error) {
      if (round === state.round) show(page === 1 && !kept ? { status: 'error', hint: error.message } : { more: 'error' })
    } finally {
      if (round === state.round) state.busy = false
    }
  }

  /** Show the next page, or ask again for one that did not come, unless one is on its way or there is none. */
  async function more() {
    if (state.busy || state.over) return
    show({ more: 'loading' })
    await load(state.page + 1)
  }

  /** Begin anew; with `quietly` what is shown stays until the answer is there. */
  async function restart(quietly = false) {
    Object.assign(state, { round: state.round + 1, page: 0, length: 0, seen: {}, busy: false, over: false })
    if (!quietly) show({ status: 'loading', rows: [], more: '' })
    await load(1)
  }

  return { more, restart }
}

module.exports = { endless }
