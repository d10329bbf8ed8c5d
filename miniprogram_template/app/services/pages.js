/** What pages have in common that show one thing the shop is asked for, or a list that grows. */

const themed = require('./themed')
const { endless } = require('../utils/endless')

/** Whoever comes back to a page sees what is true now. */
const common = {
  behaviors: [themed],
  shown: false,

  onShow() {
    if (this.shown) this.again()
    this.shown = true
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  }
}

/**
 * The options of a page that shows one thing: `page.read()` asks for it and shows it with status "ready".
 *
 * status: "loading", "ready", "gone" (there is none) or "error" (with `message`). What is shown stays while it is asked
 * for again, and when that fails.
 */
function one(page) {
  return {
    ...common,

    again() {
      this.load()
    },

    async onPullDownRefresh() {
      await this.load()
      wx.stopPullDownRefresh()
    },

    async load() {
      try {
        await this.read()
      } catch (error) {
        if (error.status === 404) this.setData({ status: 'gone' })
        else if (this.data.status === 'ready') wx.showToast({ title: error.message, icon: 'none' })
        else this.setData({ status: 'error', message: error.message })
      }
    },

    onRetry() {
      this.setData({ status: 'loading' })
      this.load()
    },

    ...page,
    data: { status: 'loading', message: '', ...page.data }
  }
}

/**
 * The options of a page that is a list: `page.ask(number, seen)` resolves with a page of rows, its data are as utils/endless
 * tells. A page with an onLoad of its own calls `begin()` there.
 */
function growing(page) {
  return {
    ...common,
    list: null,

    onLoad() {
      this.begin()
    },

    begin() {
      this.list = endless((number, seen) => this.ask(number, seen), (patch) => this.setData(patch))
      this.list.restart()
    },

    again() {
      this.list.restart(true)
    },

    async onPullDownRefresh() {
      await this.list.restart(true)
      wx.stopPullDownRefresh()
    },

    onReachBottom() {
      this.list.more()
    },

    onRetry() {
      this.list.restart()
    },

    ...page,
    data: { status: 'loading', hint: '', rows: [], more: '', count: 0, ...page.data }
  }
}

module.exports = { one, growing }
