import text from './regions.txt'

/** @type {Map<string, string[]>} cities by province, in their usual order; what has none is its own */
export const REGIONS = new Map(
  text
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split('：'))
    .map(([province, cities = '']) => [province, (cities || province).split(' ')]),
)
