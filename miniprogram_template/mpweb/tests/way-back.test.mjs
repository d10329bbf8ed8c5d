import assert from 'node:assert/strict'
import test from 'node:test'
import { resumeEntry, takeLeave } from '../runtime/adapters/way-back.js'

const BACK = '#/result?number=1'

/** A browser whose history has so many entries; `went` says how far it was sent. */
function browser(length) {
  const kept = new Map()
  const went = []
  Object.assign(globalThis, {
    location: { hash: BACK },
    sessionStorage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    },
    history: { length, state: { trail: [] }, pushState: () => history.length++, go: (steps) => went.push(steps) },
  })
  return went
}

/** The page elsewhere opened `entries` of its own and then ours. */
function comeBack(entries) {
  history.length += entries
  history.state = null
}

test('what the page elsewhere opened gives way to the entry that was left', () => {
  for (const [entries, steps] of [[1, -2], [2, -3]]) {
    const went = browser(3)
    takeLeave(BACK)
    comeBack(entries)
    assert.deepEqual([resumeEntry(), resumeEntry(), went], [true, false, [steps]])
  }
})

test('who goes back himself, or opens another page, stays there', () => {
  let went = browser(3)
  takeLeave(BACK)
  assert.deepEqual([resumeEntry(), went], [false, []])
  went = browser(3)
  takeLeave(BACK)
  comeBack(1)
  location.hash = '#/home'
  assert.deepEqual([resumeEntry(), went], [false, []])
})
