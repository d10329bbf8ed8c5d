/**
 * Units of WXSS that a browser does not know or understands differently:
 * `rpx`, `vh`/`vw`, which mean the phone frame and not the window, and the safe area, of which the bars cover a part.
 */
const LENGTH = /url\([^)]*\)|(-?(?:\d+\.)?\d*\.?\d+)(rpx|vh|vw)\b/g

const SAFE_AREA = /\b(?:env|constant)\(\s*safe-area-inset-(top|right|bottom|left)\s*(?:,[^()]*)?\)/g

/**
 * @param {string} value a CSS value or a whole style attribute
 * @returns {string} the same with WeChat's units as calculations over the frame's custom properties
 */
export function convertUnits(value) {
  const safe = value.includes('safe-area-inset') ? value.replace(SAFE_AREA, 'var(--safe-area-$1)') : value
  if (!/\d(rpx|vh|vw)\b/.test(safe)) return safe
  return safe.replace(LENGTH, (match, number, unit) => (unit ? `calc(${number} * var(--${unit}))` : match))
}
