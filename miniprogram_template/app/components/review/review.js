const time = require('../../utils/time')

/** What a shopper said, with pictures, the shop's answer and what was added later. */
Component({
  properties: {
    /** A row of the API. */
    review: { type: Object, value: {} }
  },
  data: { day: '', addedOn: '' },
  observers: {
    review(review) {
      if (!review || !review.created_at) return
      this.setData({ day: time.day(review.created_at), addedOn: review.addition ? time.day(review.addition.created_at) : '' })
    }
  },
  methods: {
    onPicture(event) {
      this.preview(this.data.review.pictures, event.currentTarget.dataset.index)
    },
    onAddedPicture(event) {
      this.preview(this.data.review.addition.pictures, event.currentTarget.dataset.index)
    },
    preview(pictures, index) {
      const urls = pictures.map((picture) => picture.url)
      wx.previewImage({ urls, current: urls[index] })
    }
  }
})
