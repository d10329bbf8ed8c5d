const uploads = require('../../services/uploads')

/** Pictures of a review or an after-sale, sent as they are chosen. `bind:change` gets { pictures } of { key, url }. */
Component({
  properties: {
    most: { type: Number, value: 9 }
  },
  data: {
    /** { path, key, url, state }: "sending", "sent" or "failed" */
    pictures: []
  },
  methods: {
    async onAdd() {
      const first = this.data.pictures.length
      const paths = await uploads.pick(this.data.most - first)
      const rows = paths.map((path) => ({ path, key: '', url: '', state: 'sending' }))
      this.setData({ pictures: [...this.data.pictures, ...rows] })
      this.tell()
      for (const path of paths) await this.send(path)
    },
    async send(path) {
      try {
        const { key, url } = await uploads.send(path)
        this.mark(path, { key, url, state: 'sent' })
      } catch (error) {
        this.mark(path, { state: 'failed' })
        wx.showToast({ title: error.message, icon: 'none' })
      }
      this.tell()
    },
    /** What became of a picture; one that was taken away meanwhile is not there. */
    mark(path, values) {
      const index = this.data.pictures.findIndex((picture) => picture.path === path)
      if (index >= 0) this.setData({ [`pictures[${index}]`]: { ...this.data.pictures[index], ...values } })
    },
    onTap(event) {
      const picture = this.data.pictures[event.currentTarget.dataset.index]
      if (picture.state === 'failed') {
        this.mark(picture.path, { state: 'sending' })
        this.tell()
        this.send(picture.path)
        return
      }
      wx.previewImage({ current: picture.path, urls: this.data.pictures.map((each) => each.path) })
    },
    onRemove(event) {
      const { index } = event.currentTarget.dataset
      this.setData({ pictures: this.data.pictures.filter((_picture, at) => at !== index) })
      this.tell()
    },
    tell() {
      const { pictures } = this.data
      const busy = pictures.some((picture) => picture.state === 'sending')
      this.triggerEvent('change', { pictures: pictures.filter((picture) => picture.state === 'sent').map(({ key, url }) => ({ key, url })), busy })
    }
  }
})
