const pages = require('../../../services/pages')
const groups = require('../services/groups')
const links = require('../../../utils/links')
const url = require('../../../utils/url')

const STATES = { OPEN: '拼团中', SUCCESS: '已成团', FAILED: '没有成团' }

Page(pages.growing({
  /** A group is known by the order in it: one may have had a seat in it twice. */
  async ask(page) {
    const said = await groups.mine(page)
    return { ...said, results: said.results.map((row) => ({ ...row, group: row.key, key: row.order, words: STATES[row.state] })) }
  },

  onGroup(event) {
    links.open(url.to('/packages/marketing/group/group', { key: event.currentTarget.dataset.group }))
  }
}))
