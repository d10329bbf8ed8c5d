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
    previewImage: ({ urls, current }) =>
      void shell.overlays.preview({ urls: urls.map((url) => shell.assetAddress(url)), current }),
    previewMedia: ({ sources, current }) =>
      void shell.overlays.preview({ urls: sources.map(({ url }) => shell.assetAddress(url)), current }),
    getImageInfo: ({ src }) => measureImage(shell.assetAddress(src), src),
    compressImage: ({ src }) => ({ tempFilePath: src }),
    saveImageToPhotosAlbum: ({ filePath }) =>
      Object.assign(document.createElement('a'), { href: filePath, download: 'image' }).click(),
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

function measureImage(address, src) {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () =>
      resolve({ width: image.naturalWidth, height: image.naturalHeight, path: src, orientation: 'up' })
    image.onerror = () => reject(new Error('image not found'))
    image.src = address
  })
}

function notSupported() {
  throw new Error('not supported')
}
