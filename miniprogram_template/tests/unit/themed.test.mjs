import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import { phone } from './fakes.mjs'
import { until } from './pages.mjs'

const require = createRequire(import.meta.url)

/** A page that is attached while the shop says `said` of itself, what the tab bar was told, and how often it was painted. */
async function attached(said) {
  const wx = phone(() => ({ statusCode: 200, data: said }))
  const bars = []
  wx.setTabBarStyle = ({ selectedColor }) => bars.push(selectedColor)
  let behaviour
  globalThis.Behavior = (given) => {
    behaviour = given
  }
  for (const path of ['../../app/services/shop.js', '../../app/services/themed.js']) delete require.cache[require.resolve(path)]
  require('../../app/services/themed.js')
  const page = { data: { ...behaviour.data }, painted: 0 }
  page.setData = (patch) => {
    page.painted += 1
    Object.assign(page.data, patch)
  }
  behaviour.lifetimes.attached.call(page)
  await require('../../app/services/shop.js').bootstrap()
  await new Promise((resolve) => setTimeout(resolve))
  return { page, bars, again: () => behaviour.lifetimes.attached.call(page) }
}

test('a page and the tab bar take the colour of the shop', async () => {
  const { page, bars } = await attached({ theme_colour: '#9a3412' })
  assert.match(page.data.theme, /^--accent: #9a3412; --accent-soft: #[0-9a-f]{6}$/)
  assert.deepEqual(bars, ['#9a3412'])
})

test('a page that has the colour is not painted again', async () => {
  const { page, bars, again } = await attached({ theme_colour: '#1d4ed8' })
  again()
  await until(() => bars.length === 3)
  assert.equal(page.painted, 1)
})

test('without a colour the template stays as it is', async () => {
  const { page, bars } = await attached({})
  assert.equal(page.data.theme, '')
  assert.deepEqual(bars, [])
})
