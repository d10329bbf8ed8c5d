import { createApis } from './call.js'

/** The 2D canvas of `type="2d"`: its node comes from a selector query and is the browser's own. */
export function canvasApis({ temporaryFiles }) {
  return {
    createOffscreenCanvas: ({ width = 300, height = 150 } = {}) =>
      Object.assign(document.createElement('canvas'), { width, height }),
    ...createApis({
      async canvasToTempFilePath({ canvas, fileType = 'png', quality = 1 }) {
        if (!canvas) throw new Error('canvasId not supported, give the canvas node')
        const blob = await new Promise((resolve) =>
          canvas.toBlob(resolve, `image/${fileType === 'jpg' ? 'jpeg' : 'png'}`, quality),
        )
        const tempFilePath = URL.createObjectURL(blob)
        temporaryFiles.set(tempFilePath, blob)
        return { tempFilePath }
      },
    }),
  }
}

/**
 * Teaches the adapter's selector query `node`, and to measure from the page and not from the window.
 * @param {any} query one instance, for its classes @param {HTMLElement} stage
 */
export function extendSelectorQuery(query, stage) {
  const nodesReference = Object.getPrototypeOf(query.select('page'))
  const prototype = Object.getPrototypeOf(query)
  if (nodesReference.node) return
  nodesReference.node = function node(callback) {
    return this.fields({ node: true }, callback)
  }
  const push = prototype._$push
  prototype._$push = function pushQuery(selector, component, single, fields, callback) {
    const complete = (result) => {
      const results = single ? [result] : result
      if (fields.node) results.forEach((item) => item && Object.assign(item, { node: canvasOf(component, selector) }))
      if (fields.rect && selector !== null) results.forEach((item) => item && shiftRect(item, stage))
      callback?.(result)
    }
    push.call(this, selector, component, single, fields, complete)
  }
}

function canvasOf(component, selector) {
  const element = component._$.getShadowRoot().querySelector(selector)
  const canvas = element?.$$?.querySelector('canvas')
  if (!canvas) return null
  canvas.createImage = () => new Image()
  canvas.requestAnimationFrame = (run) => requestAnimationFrame(run)
  canvas.cancelAnimationFrame = (handle) => cancelAnimationFrame(handle)
  return canvas
}

function shiftRect(rect, stage) {
  const { left, top } = stage.getBoundingClientRect()
  for (const name of ['left', 'right']) rect[name] -= left
  for (const name of ['top', 'bottom']) rect[name] -= top
}
