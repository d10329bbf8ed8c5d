const pages = require('../../../services/pages')
const members = require('../../../services/members')

Page(pages.growing({
  ask: (page) => members.favourites(page),

  onAdd(event) {
    this.selectComponent('#quick-add').add(event.detail.key)
  },

  async onRemove(event) {
    const done = await members.removeFavourite(event.currentTarget.dataset.key).then(() => true, () => false) // told
    if (done) this.list.restart(true)
  }
}))
