import { createApis } from './call.js'

/** The 2D canvas of `type="2d"`: its node comes from a selector query and is the browser's own. */
export function canvasApis({ temporaryFiles }) {
  return {
    createOffscreenCanvas: ({ width = 300, height = 150 } = {}) =>
      Object.assign(document.createElement('canvas'), { width, height }),
    ...createApis({
      async canvasToTempFilePath(options) {
        const { canvas, fileType = 'png', quality = 1 } = options
        if (!canvas) throw new Error('canvasId not supported, give the canvas node')
        const type = `image/${fileType === 'jpg' ? 'jpeg' : 'png'}`
        const blob = await new Promise((resolve) => cutOut(options).toBlob(resolve, type, quality))
        if (!blob) throw new Error('canvas is empty')
        const tempFilePath = URL.createObjectURL(blob)
        temporaryFiles.set(tempFilePath, blob)
        return { tempFilePath }
      },
    }),
  }
}

/** @returns {HTMLCanvasElement} the part that is asked for, in the size that is asked for */
function cutOut({ canvas, x = 0, y = 0, width = canvas.width - x, height = canvas.height - y, ...size }) {
  const { destWidth = width, destHeight = height } = size
  const isWhole = !x && !y && destWidth === canvas.width && destHeight === canvas.height
  if (isWhole && width === canvas.width && height === canvas.height) return canvas
  const part = Object.assign(document.createElement('canvas'), { width: destWidth, height: destHeight })
  part.getContext('2d').drawImage(canvas, x, y, width, height, 0, 0, destWidth, destHeight)
  return part
}

/**
 * Teaches the adapter's selector query `node`, and to measure from the page and not from the window.
 * @param {any} query one instance, for its classes @param {import('../shell.js').Shell} shell
 */
export function extendSelectorQuery(query, shell) {
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
      if (fields.node) results.forEach((item) => item && Object.assign(item, { node: canvasOf(shell, component, selector) }))
      if (fields.rect && selector !== null) results.forEach((item) => item && shiftRect(item, shell.stage))
      callback?.(result)
    }
    push.call(this, selector, component, single, fields, complete)
  }
}

function canvasOf(shell, component, selector) {
  const element = component._$.getShadowRoot().querySelector(selector)
  const canvas = element?.$$?.querySelector('canvas')
  if (!canvas) return null
  canvas.createImage = () => createImage(shell)
  canvas.requestAnimationFrame = (run) => requestAnimationFrame(run)
  canvas.cancelAnimationFrame = (handle) => cancelAnimationFrame(handle)
  return canvas
}

/** A picture that may be drawn and read again: of the package, or of a host that allows it. */
function createImage(shell) {
  const image = new Image()
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src')
  Object.defineProperty(image, 'src', {
    get: () => get.call(image),
    set(value) {
      const address = shell.assetAddress(value)
      if (/^https?:/.test(address) && new URL(address).origin !== location.origin) image.crossOrigin = 'anonymous'
      set.call(image, address)
    },
  })
  return image
}

function shiftRect(rect, stage) {
  const { left, top } = stage.getBoundingClientRect()
  for (const name of ['left', 'right']) rect[name] -= left
  for (const name of ['top', 'bottom']) rect[name] -= top
}
