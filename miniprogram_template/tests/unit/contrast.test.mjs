import assert from 'node:assert/strict'
import fs from 'node:fs'
import test from 'node:test'

const AA = 4.5 // contrast of text, by WCAG 2.2
const sheet = fs.readFileSync(new URL('../../app/styles/tokens.wxss', import.meta.url), 'utf8')
const tokens = Object.fromEntries([...sheet.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour]))

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

for (const [ink, ground] of [
  ...['ink', 'ink-2', 'ink-3', 'danger', 'warning', 'star', 'accent'].flatMap((ink) => [[ink, 'surface'], [ink, 'ground']]),
  ['ink-3', 'accent-soft'],
  ['accent', 'accent-soft'],
  ['accent-text', 'accent']
]) {
  test(`${ink} can be read on ${ground}`, () => {
    assert.ok(contrast(tokens[ink], tokens[ground]) >= AA, `${contrast(tokens[ink], tokens[ground]).toFixed(2)} : 1`)
  })
}
