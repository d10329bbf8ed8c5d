/**
 * Units of WXSS that a browser does not know or understands differently:
 * `rpx`, and `vh`/`vw`, which mean the phone frame and not the window.
 */
const LENGTH = /url\([^)]*\)|(-?(?:\d+\.)?\d*\.?\d+)(rpx|vh|vw)\b/g

/**
 * @param {string} value a CSS value or a whole style attribute
 * @returns {string} the same with WeChat's units as calculations over the frame's custom properties
 */
export function convertUnits(value) {
  if (!/\d(rpx|vh|vw)\b/.test(value)) return value
  return value.replace(LENGTH, (match, number, unit) => (unit ? `calc(${number} * var(--${unit}))` : match))
}
