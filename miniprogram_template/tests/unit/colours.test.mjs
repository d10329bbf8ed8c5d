import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'

const { derived } = createRequire(import.meta.url)('../../app/utils/colours.js')

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

for (const colour of ['#ffff00', '#ffffff', '#000000', '#00ff00', '#00ffff', '#ff00ff', '#ff0000', '#0000ff', '#808080', '#15803d', '#fffffe']) {
  test(`text can be read in and on what becomes of ${colour}`, () => {
    const { accent, soft } = derived(colour)
    for (const [ink, ground] of [[accent, '#ffffff'], [accent, '#f6f6f4'], [accent, soft], ['#6b6b66', soft]]) {
      assert.ok(contrast(ink, ground) >= 4.5, `${ink} on ${ground}: ${contrast(ink, ground).toFixed(2)}`)
    }
  })
}

test('a colour that can be read stays as it is', () => {
  assert.equal(derived('#9a3412').accent, '#9a3412')
  assert.equal(derived('#000000').accent, '#000000')
})

test('a light one is darkened and keeps its hue', () => {
  const { accent } = derived('#ffff00')
  assert.notEqual(accent, '#ffff00')
  assert.equal(accent.slice(1, 3), accent.slice(3, 5))
  assert.equal(accent.slice(5), '00')
})

test('what is no colour leaves the template as it is', () => {
  for (const text of ['', undefined, 'green', '#fff', '#15803d;color:red']) assert.equal(derived(text), null)
})
