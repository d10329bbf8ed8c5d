import { createButton, createElement } from '../dom.js'
import { openLayer } from './layer.js'

/**
 * @param {HTMLElement} frame @param {{ itemList: string[], itemColor?: string, alertText?: string }} options
 * @returns {Promise<{ tapIndex: number }>} fails with "cancel"
 */
export async function showActionSheet(frame, { itemList, itemColor, alertText }) {
  const layer = { label: alertText || '选择', className: 'mp-bottom', escapeValue: -1 }
  const tapIndex = await openLayer(frame, layer, (panel, close) => {
    panel.classList.add('mp-sheet')
    if (alertText) panel.append(createElement('p', 'mp-sheet-title', alertText))
    itemList.forEach((text, index) => {
      const button = createButton(text, () => close(index))
      if (itemColor) button.style.color = itemColor
      panel.append(button)
    })
    panel.append(createButton('取消', () => close(-1), 'mp-sheet-cancel'))
  })
  if (tapIndex < 0) throw new Error('cancel')
  return { tapIndex }
}
