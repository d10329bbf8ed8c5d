import assert from 'node:assert/strict'
import test from 'node:test'
import endlessModule from '../../app/utils/endless.js'

const { endless } = endlessModule
const rows = (...keys) => keys.map((key) => ({ key }))

function list(answers) {
  const data = { rows: [] }
  const asked = []
  const show = (patch) => {
    for (const [path, value] of Object.entries(patch)) {
      const place = /^rows\[(\d+)\]$/.exec(path)
      if (place) data.rows[Number(place[1])] = value
      else data[path] = value
    }
  }
  const ask = (page) => {
    asked.push(page)
    const answer = answers.shift()
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  }
  return { data, asked, ...endless(ask, show) }
}

test('pages are appended and the end is told', async () => {
  const one = list([{ count: 3, next: '/2', results: rows('a', 'b') }, { count: 3, next: null, results: rows('c') }])
  await one.restart()
  assert.equal(one.data.more, '')
  await one.more()
  await one.more()
  assert.deepEqual(one.data.rows, rows('a', 'b', 'c'))
  assert.deepEqual([one.data.status, one.data.more, one.data.count, one.asked], ['ready', 'end', 3, [1, 2]])
})

test('a row that slid to the next page is shown once', async () => {
  const one = list([{ count: 3, next: '/2', results: rows('a', 'b') }, { count: 4, next: null, results: rows('b', 'c') }])
  await one.restart()
  await one.more()
  assert.deepEqual(one.data.rows, rows('a', 'b', 'c'))
})

test('nothing found and nothing answered are different states', async () => {
  const none = list([{ count: 0, next: null, results: [] }])
  await none.restart()
  assert.equal(none.data.status, 'empty')
  const failed = list([new Error('away')])
  await failed.restart()
  assert.equal(failed.data.status, 'error')
})

test('a failed next page is tried again where it failed', async () => {
  const one = list([{ count: 2, next: '/2', results: rows('a') }, new Error('away'), { count: 2, next: null, results: rows('b') }])
  await one.restart()
  await one.more()
  assert.deepEqual([one.data.status, one.data.more], ['ready', 'error'])
  await one.more()
  assert.deepEqual(one.data.rows, rows('a', 'b'))
  assert.deepEqual(one.asked, [1, 2, 2])
})

test('an answer that is overtaken by a restart is dropped', async () => {
  let answerFirst
  const first = new Promise((resolve) => {
    answerFirst = resolve
  })
  const one = list([first, { count: 1, next: null, results: rows('new') }])
  const slow = one.restart()
  await one.restart()
  answerFirst({ count: 1, next: null, results: rows('old') })
  await slow
  assert.deepEqual(one.data.rows, rows('new'))
})

test('what was there last time is painted until the answer comes, and stays when none comes', async () => {
  const answers = [Promise.resolve({ count: 2, next: null, results: rows('b', 'c') }), Promise.reject(new Error('away')), Promise.resolve({ count: 1, next: null, results: rows('d') })]
  const painted = []
  const ask = (page, seen) => {
    seen({ count: 1, results: rows('a') })
    return answers.shift()
  }
  const one = endless(ask, (patch) => painted.push(patch))
  await one.restart(true)
  assert.deepEqual(painted, [
    { rows: rows('a'), count: 1, status: 'ready', more: 'loading' },
    { rows: rows('b', 'c'), count: 2, status: 'ready', more: 'end' }
  ])
  painted.length = 0
  await one.restart(true)
  assert.deepEqual(painted, [{ rows: rows('a'), count: 1, status: 'ready', more: 'loading' }, { more: 'error' }])
  await one.more()
  assert.deepEqual(painted.at(-1), { rows: rows('d'), count: 1, status: 'ready', more: 'end' })
})
