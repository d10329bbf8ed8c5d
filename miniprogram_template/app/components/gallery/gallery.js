/** The pictures of a product, and its video as the first of them. */
Component({
  properties: {
    /** Pictures of the API: { large, jpeg, … }. */
    pictures: { type: Array, value: [] },
    video: { type: String, value: '' },
    alt: { type: String, value: '' }
  },
  data: { at: 0, total: 0 },
  observers: {
    'pictures, video': function (pictures, video) {
      const total = pictures.length + (video ? 1 : 0)
      this.setData({ total, at: Math.min(this.data.at, Math.max(0, total - 1)) })
    }
  },
  methods: {
    onTurn(event) {
      this.setData({ at: event.detail.current })
      if (this.data.video && event.detail.current) wx.createVideoContext('video', this).pause()
    },
    onPicture(event) {
      const urls = this.data.pictures.map((picture) => picture.jpeg || picture.large)
      wx.previewImage({ urls, current: urls[event.currentTarget.dataset.index] })
    }
  }
})
