import { createButton, createElement } from '../dom.js'
import { openLayer } from './layer.js'
import { addRegionFields } from './region-fields.js'

/**
 * The sheet of `<picker>`: a list, several lists, a date, a time or a region.
 * @param {HTMLElement} frame @param {any} data of the picker
 * @returns {Promise<any>} the new value, undefined when cancelled
 */
export function showPicker(frame, data) {
  const label = data.headerText || '选择'
  return openLayer(frame, { label, className: 'mp-bottom', escapeValue: undefined }, (panel, close) => {
    panel.classList.add('mp-sheet')
    if (data.headerText) panel.append(createElement('p', 'mp-sheet-title', data.headerText))
    if (data.mode === 'selector') addList(panel, data, close)
    else addFields(panel, data, close)
    panel.append(createButton('取消', () => close(undefined), 'mp-sheet-cancel'))
  })
}

function addList(panel, { range, rangeKey, value }, close) {
  const list = createElement('div', 'mp-sheet-list')
  range.forEach((item, index) => {
    const button = createButton(textOf(item, rangeKey), () => close(index))
    button.setAttribute('aria-pressed', String(Number(value) === index))
    list.append(button)
  })
  panel.append(list)
}

function addFields(panel, data, close) {
  const row = createElement('div', 'mp-sheet-fields')
  const add = { multiSelector: addColumns, region: addRegionFields }[data.mode] || addInput
  const read = add(row, data)
  panel.append(
    row,
    createButton('确定', () => close(read()), 'mp-sheet-confirm'),
  )
}

function addColumns(row, { range, rangeKey, value, onColumnChange }) {
  const columns = range.map((items, column) => {
    const select = document.createElement('select')
    select.append(...items.map((item, index) => new Option(textOf(item, rangeKey), String(index))))
    select.value = String(value?.[column] || 0)
    select.setAttribute('aria-label', `第 ${column + 1} 列`)
    select.addEventListener('change', () => onColumnChange?.({ column, value: Number(select.value) }))
    row.append(select)
    return select
  })
  return () => columns.map((select) => Number(select.value))
}

function addInput(row, { mode, value, start, end, fields, headerText }) {
  const input = document.createElement('input')
  const kinds = { date: fields === 'month' ? 'month' : fields === 'year' ? 'number' : 'date', time: 'time' }
  input.type = kinds[mode] || 'text'
  input.value = value || ''
  input.setAttribute('aria-label', headerText || '值')
  if (start) input.min = start
  if (end) input.max = end
  row.append(input)
  return () => input.value
}

function textOf(item, key) {
  return String(item !== null && typeof item === 'object' ? item[key] : item)
}
