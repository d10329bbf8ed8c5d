const themed = require('../../../services/themed')
const requests = require('../../../services/request')
const reviews = require('../../../services/reviews')
const url = require('../../../utils/url')

const MOST_WORDS = 500

Page({
  behaviors: [themed],
  data: { title: '', mostWords: MOST_WORDS, content: '', busy: false },

  key: '',
  pictures: [],
  sending: false,

  /** To the review `key`, of the product `title`. */
  onLoad({ key, title }) {
    this.key = key
    this.setData({ title: url.read(title) })
  },

  onType(event) {
    this.setData({ content: event.detail.value })
  },

  onPictures(event) {
    this.pictures = event.detail.pictures
    this.sending = event.detail.busy
  },

  /** Why this cannot be sent yet: a sentence, or "". */
  obstacle() {
    if (!this.data.content.trim()) return '请写下使用后的感受'
    return this.sending ? '图片还在上传，请稍等' : ''
  },

  async onSubmit() {
    const obstacle = this.obstacle()
    if (obstacle) wx.showToast({ title: obstacle, icon: 'none' })
    if (obstacle || this.data.busy) return
    this.setData({ busy: true })
    try {
      await reviews.append(this.key, { content: this.data.content.trim(), pictures: this.pictures.map((picture) => picture.key) })
      wx.showToast({ title: '已提交，审核后展示', icon: 'none' })
      wx.navigateBack()
    } catch (error) {
      requests.tell(error)
    }
    this.setData({ busy: false })
  }
})
