/** Every part of the app has a test that names it. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'

const APP = path.join(import.meta.dirname, '../../app')
const PARTS = /^(?:packages\/[^/]+\/)?(?:components\/([^/]+)\/\1|services\/[^/]+|utils\/[^/]+)\.js$/

/** Components, services and utils as a test names them: "components/price/price", "services/cart.js". */
const parts = fs
  .readdirSync(APP, { recursive: true })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => PARTS.test(file))
  .map((file) => (file.includes('components/') ? file.replace(/\.js$/, '') : file))

const tests = fs
  .readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.test.mjs') && file !== path.basename(import.meta.filename))
  .map((file) => fs.readFileSync(path.join(import.meta.dirname, file), 'utf8'))

/** Whether a test imports or mounts it: its path stands at the end of a text, with or without the way to the app. */
const named = (part) => tests.some((source) => new RegExp(`['/]${part.replaceAll('.', '\\.')}(?:\\.js)?'`).test(source))

test('the parts are found', () => {
  for (const part of ['components/price/price', 'packages/order/components/stars/stars', 'packages/order/services/payment.js', 'services/cart.js', 'utils/money.js']) assert.ok(parts.includes(part), part)
  assert.ok(!parts.some((part) => part.includes('model')))
})

test('a part that no test names is noticed', () => {
  assert.deepEqual(['services/nothing.js', 'components/pric/pric', 'services/cart'].map(named), [false, false, true])
})

for (const part of parts) test(`${part} has a test`, () => assert.ok(named(part), `no file in tests/unit names app/${part}`))
