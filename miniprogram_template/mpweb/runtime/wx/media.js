import { createApis } from './call.js'

/** Choosing, showing and saving pictures. */
export function mediaApis(shell) {
  return createApis({
    async chooseMedia({ count = 9, mediaType = ['image', 'video'] }) {
      const files = await pickFiles(shell, count, mediaType)
      const tempFiles = files.map(({ path, size, type }) => ({
        tempFilePath: path,
        size,
        fileType: type.startsWith('video') ? 'video' : 'image',
      }))
      return { type: tempFiles[0]?.fileType || 'image', tempFiles }
    },
    async chooseImage({ count = 9 }) {
      const files = await pickFiles(shell, count, ['image'])
      return { tempFilePaths: files.map(({ path }) => path), tempFiles: files }
    },
    previewImage: ({ urls, current = 0 }) =>
      preview(shell, urls.map((url) => ({ url })), typeof current === 'number' ? current : urls.indexOf(current)),
    previewMedia: ({ sources, current = 0 }) => preview(shell, sources, current),
    getImageInfo: ({ src }) => measureImage(shell, src),
    compressImage: ({ src }) => ({ tempFilePath: src }),
    saveImageToPhotosAlbum: ({ filePath }) => saveImage(shell, filePath),
    openDocument: ({ filePath }) => void window.open(filePath, '_blank', 'noopener'),
    chooseMessageFile: notSupported,
    saveVideoToPhotosAlbum: notSupported,
  })
}

function pickFiles({ temporaryFiles }, count, kinds) {
  return new Promise((resolve, reject) => {
    const accept =
      kinds
        .filter((kind) => kind !== 'mix')
        .map((kind) => kind + '/*')
        .join() || 'image/*,video/*'
    const input = Object.assign(document.createElement('input'), {
      type: 'file',
      accept,
      multiple: count > 1,
      hidden: true,
    })
    input.addEventListener('cancel', () => finish(() => reject(new Error('cancel'))))
    input.addEventListener('change', () => {
      const files = [...input.files].slice(0, count).map((file) => {
        const path = URL.createObjectURL(file)
        temporaryFiles.set(path, file)
        return { path, size: file.size, type: file.type }
      })
      finish(() => resolve(files))
    })
    const finish = (answer) => {
      input.remove()
      answer()
    }
    document.body.append(input)
    input.click()
  })
}

function preview(shell, sources, start) {
  const shown = sources.map(({ url, poster, type }) => ({
    url: shell.assetAddress(url),
    poster: shell.assetAddress(poster),
    type,
  }))
  void shell.overlays.preview({ sources: shown, start: Math.max(0, start) })
}

function measureImage(shell, src) {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () =>
      resolve({
        width: image.naturalWidth,
        height: image.naturalHeight,
        path: src,
        orientation: 'up',
        type: typeOf(shell, src),
      })
    image.onerror = () => reject(new Error('image not found'))
    image.src = shell.assetAddress(src)
  })
}

/** There is no album: the browser keeps the picture where it keeps what it loads. */
function saveImage(shell, filePath) {
  if (/^https?:/.test(filePath)) throw new Error('file not found') // as on a telephone, which wants a file of its own
  const link = document.createElement('a')
  Object.assign(link, { href: shell.assetAddress(filePath), download: `图片.${typeOf(shell, filePath)}` })
  link.click()
}

/** @returns {string} png, jpeg, gif, webp … */
function typeOf({ temporaryFiles }, path) {
  const type = temporaryFiles.get(path)?.type.split('/')[1] || path.match(/\.(\w+)(?:\?|$)/)?.[1] || 'png'
  return type.toLowerCase() === 'jpg' ? 'jpeg' : type.toLowerCase()
}

function notSupported() {
  throw new Error('not supported')
}
