const catalogue = require('../../services/catalogue')
const shop = require('../../services/shop')
const drawing = require('./drawing')

function temporaryFile(canvas) {
  return new Promise((resolve, reject) =>
    wx.canvasToTempFilePath({ canvas, fileType: 'jpg', quality: 0.9, success: ({ tempFilePath }) => resolve(tempFilePath), fail: () => reject(new Error('海报没有画出来')) })
  )
}

/** Whoever refused the album once is not asked again by the platform; the settings are where he can change his mind. */
function askForAlbum() {
  wx.showModal({
    title: '需要相册权限',
    content: '在设置里允许“添加到相册”后，就能保存海报。',
    confirmText: '去设置',
    success: ({ confirm }) => confirm && wx.openSetting({ fail: () => {} })
  })
}

/** A poster of a product, drawn when it is attached and saved by a button. `bind:close` when it is done with. */
Component({
  properties: {
    product: { type: Object, value: {} },
    /** The address of its picture, JPEG. */
    picture: { type: String, value: '' }
  },
  data: {
    /** "drawing", "ready" or "error" */
    state: 'drawing',
    message: '',
    path: '',
    busy: false
  },
  lifetimes: {
    ready() {
      this.draw()
    }
  },
  methods: {
    async draw() {
      this.setData({ state: 'drawing' })
      try {
        const { key, title, price } = this.data.product
        const [said, code, canvas] = await Promise.all([shop.bootstrap(), catalogue.code(key), this.canvas()])
        await drawing.paint(canvas, { title, price, name: said.shop.name, picture: this.data.picture, code })
        this.setData({ state: 'ready', path: await temporaryFile(canvas) })
      } catch (error) {
        this.setData({ state: 'error', message: error.message })
      }
    },
    canvas() {
      return new Promise((resolve, reject) => {
        wx.createSelectorQuery()
          .in(this)
          .select('#canvas')
          .fields({ node: true })
          .exec(([found]) => (found && found.node ? resolve(found.node) : reject(new Error('海报没有画出来'))))
      })
    },
    onSave() {
      if (this.data.busy) return
      this.setData({ busy: true })
      wx.saveImageToPhotosAlbum({
        filePath: this.data.path,
        success: () => {
          wx.showToast({ title: '已保存', icon: 'success' })
          this.onClose()
        },
        fail: ({ errMsg = '' }) => {
          if (/auth|deny|denied/i.test(errMsg)) askForAlbum()
          else if (!/cancel/i.test(errMsg)) wx.showToast({ title: '没有保存成功，请重试', icon: 'none' })
        },
        complete: () => this.setData({ busy: false })
      })
    },
    onClose() {
      this.triggerEvent('close')
    }
  }
})
