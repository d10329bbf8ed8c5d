const pages = require('../../../services/pages')
const bargains = require('../services/bargains')
const links = require('../../../utils/links')
const url = require('../../../utils/url')

const STATES = { OPEN: '砍价中', ORDERED: '已下单', OVER: '已结束' }

const words = (row) => {
  if (row.state === 'OPEN' && row.sold_out) return '已抢光'
  return row.state === 'OPEN' && !row.missing ? '已到最低价' : STATES[row.state]
}

Page(pages.growing({
  async ask(page) {
    const said = await bargains.mine(page)
    return { ...said, results: said.results.map((row) => ({ ...row, words: words(row) })) }
  },

  onBargain(event) {
    links.open(url.to('/packages/marketing/cutting/cutting', { key: event.currentTarget.dataset.key }))
  }
}))
