/** The shop's one colour, made into those that text can be read in and on. */

const AA = 4.5 // least contrast of text, by WCAG 2.2
const WHITE = [255, 255, 255]
const BLACK = [0, 0, 0]
const GROUND = [246, 246, 244] // --ground
const QUIET = [107, 107, 102] // --ink-3, the lightest text there is
const STEP = 0.02

function parsed(text) {
  if (!/^#[0-9a-f]{6}$/i.test(text || '')) return null
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16))
}

const written = (colour) => '#' + colour.map((part) => part.toString(16).padStart(2, '0')).join('')

const mixed = (one, other, share) => one.map((part, at) => Math.round(part + (other[at] - part) * share))

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** As much of the colour in white as leaves the lightest text readable. */
function softened(colour) {
  let share = 0.9
  while (contrast(mixed(colour, WHITE, share), QUIET) < AA) share += STEP
  return mixed(colour, WHITE, Math.min(share, 1))
}

/** { accent, soft } as "#rrggbb" of a merchant's colour, darkened until both can be read; null when it is none. */
function derived(text) {
  const given = parsed(text)
  if (!given) return null
  for (let share = 0; ; share += STEP) {
    const accent = mixed(given, BLACK, Math.min(share, 1))
    const soft = softened(accent)
    if ([WHITE, GROUND, soft].every((behind) => contrast(accent, behind) >= AA)) return { accent: written(accent), soft: written(soft) }
  }
}

module.exports = { derived }
