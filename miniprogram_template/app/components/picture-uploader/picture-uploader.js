const uploads = require('../../services/uploads')

/** Component → path → the upload on its way; nothing for one whose page was left. */
const running = new WeakMap()

/** Pictures of a review or an after-sale, sent as they are chosen. `bind:change` gets { pictures } of { key, url }. */
Component({
  properties: {
    most: { type: Number, value: 9 }
  },
  data: {
    /** { path, key, url, state }: "sending", "sent" or "failed" */
    pictures: []
  },
  lifetimes: {
    created() {
      running.set(this, new Map())
    },
    detached() {
      const tasks = running.get(this)
      running.delete(this)
      tasks.forEach((task) => task.abort())
    }
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
      if (!this.wanted(path)) return
      const sent = await uploads.send(path, (task) => this.hold(path, task)).catch((error) => ({ error }))
      if (!this.wanted(path)) return
      running.get(this).delete(path)
      if (sent.error) wx.showToast({ title: sent.error.message, icon: 'none' })
      this.mark(path, sent.error ? { state: 'failed' } : { key: sent.key, url: sent.url, state: 'sent' })
      this.tell()
    },
    /** Whether a picture is still there and its page too. */
    wanted(path) {
      return running.has(this) && this.data.pictures.some((picture) => picture.path === path)
    },
    hold(path, task) {
      if (this.wanted(path)) running.get(this).set(path, task)
      else task.abort()
    },
    /** What became of a picture. */
    mark(path, values) {
      const index = this.data.pictures.findIndex((picture) => picture.path === path)
      this.setData({ [`pictures[${index}]`]: { ...this.data.pictures[index], ...values } })
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
      const task = running.get(this).get(this.data.pictures[index].path)
      this.setData({ pictures: this.data.pictures.filter((_picture, at) => at !== index) })
      if (task) task.abort()
      this.tell()
    },
    tell() {
      const { pictures } = this.data
      const busy = pictures.some((picture) => picture.state === 'sending')
      this.triggerEvent('change', { pictures: pictures.filter((picture) => picture.state === 'sent').map(({ key, url }) => ({ key, url })), busy })
    }
  }
})
