const pages = require('../../../services/pages')
const members = require('../../../services/members')
const links = require('../../../utils/links')
const url = require('../../../utils/url')
const model = require('./model')

const PAGE_SIZE = 20

Page(pages.growing({
  data: { balance: 0, debt: 0 },

  async ask(page) {
    const said = await members.points(page, PAGE_SIZE)
    this.setData({ balance: said.balance, debt: said.debt })
    return { ...said, results: model.numbered(said, (page - 1) * PAGE_SIZE).map(model.painted) }
  },

  onOrder(event) {
    const { order } = event.currentTarget.dataset
    if (order) links.open(url.to('/packages/order/detail/detail', { number: order }))
  }
}))
