import { REGIONS } from './regions.js'

/**
 * Province and city to choose from, the district in one's own words.
 * @param {HTMLElement} row @param {{ value?: string[], level?: string }} data of the picker
 * @returns {() => string[]} what is chosen
 */
export function addRegionFields(row, { value, level }) {
  const [province, city, district] = Array.isArray(value) ? value : []
  const provinces = createSelect('省', [...REGIONS.keys()], province)
  const cities = createSelect('市', citiesOf(provinces.value, city), city)
  provinces.addEventListener('change', () => fill(cities, citiesOf(provinces.value)))
  const districts = Object.assign(document.createElement('input'), { value: district || '', placeholder: '区、县' })
  districts.setAttribute('aria-label', '区、县')
  const fields = [provinces, cities, districts].slice(0, { province: 1, city: 2 }[level] || 3)
  row.append(...fields)
  return () => fields.map((field) => field.value.trim())
}

/** A city that the list does not know was written by somebody and stays. */
function citiesOf(province, city) {
  const known = REGIONS.get(province) || []
  return city && !known.includes(city) ? [city, ...known] : known
}

function createSelect(label, names, chosen) {
  const select = document.createElement('select')
  select.setAttribute('aria-label', label)
  fill(select, chosen && !names.includes(chosen) ? [chosen, ...names] : names)
  if (chosen) select.value = chosen
  return select
}

function fill(select, names) {
  select.replaceChildren(...names.map((name) => new Option(name, name)))
}
