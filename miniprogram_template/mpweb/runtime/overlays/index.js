import { showActionSheet } from './action-sheet.js'
import { showModal } from './modal.js'
import { showPicker } from './picker.js'
import { previewMedia } from './preview.js'
import { Toasts } from './toast.js'

/** @param {HTMLElement} frame @returns what covers the pages for a while */
export function createOverlays(frame) {
  const toasts = new Toasts(frame)
  return {
    toast: (options) => toasts.show(options),
    hideToast: (onlyLoading) => toasts.hide(onlyLoading),
    modal: (options) => showModal(frame, options),
    actionSheet: (options) => showActionSheet(frame, options),
    picker: (data) => showPicker(frame, data),
    preview: (options) => previewMedia(frame, options),
  }
}
