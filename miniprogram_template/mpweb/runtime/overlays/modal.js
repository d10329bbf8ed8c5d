import { createButton, createElement } from '../dom.js'
import { openLayer } from './layer.js'

/**
 * @param {HTMLElement} frame @param {any} options of wx.showModal
 * @returns {Promise<{ confirm: boolean, cancel: boolean, content?: string }>}
 */
export function showModal(frame, options) {
  const { title = '', content = '', showCancel = true, editable = false, placeholderText = '' } = options
  const refused = { confirm: false, cancel: true }
  return openLayer(frame, { label: title || content, escapeValue: refused }, (panel, close) => {
    panel.classList.add('mp-modal')
    const input = Object.assign(document.createElement('textarea'), {
      value: content,
      placeholder: placeholderText,
      rows: 2,
    })
    if (title) panel.append(createElement('h2', 'mp-modal-title', title))
    panel.append(editable ? input : createElement('p', 'mp-modal-content', content))
    const footer = createElement('div', 'mp-modal-footer')
    const confirm = () => close({ confirm: true, cancel: false, ...(editable ? { content: input.value } : {}) })
    if (showCancel)
      footer.append(
        coloured(
          createButton(options.cancelText || '取消', () => close(refused), 'mp-modal-cancel'),
          options.cancelColor,
        ),
      )
    footer.append(
      coloured(createButton(options.confirmText || '确定', confirm, 'mp-modal-confirm'), options.confirmColor),
    )
    panel.append(footer)
  })
}

function coloured(button, colour) {
  if (colour) button.style.color = colour
  return button
}
