const pages = require('../../../services/pages')
const coupons = require('../../../services/coupons')
const links = require('../../../utils/links')
const reductions = require('../../../utils/reductions')
const tickets = require('../../../utils/tickets')
const url = require('../../../utils/url')

const TABS = [
  { state: 'usable', text: '可使用', none: '没有可用的优惠券' },
  { state: 'used', text: '已使用', none: '还没有用过优惠券' },
  { state: 'expired', text: '已失效', none: '没有失效的优惠券' }
]

Page(pages.growing({
  data: { tabs: TABS, tab: TABS[0], code: '', redeeming: false },

  async ask(page) {
    const said = await coupons.mine(this.data.tab.state, page)
    return { ...said, results: said.results.map((each) => tickets.own(each, said.now)) }
  },

  onTab(event) {
    const tab = TABS.find((each) => each.state === event.currentTarget.dataset.state)
    if (tab === this.data.tab) return
    this.setData({ tab })
    this.list.restart()
  },

  onCode(event) {
    this.setData({ code: event.detail.value })
  },

  async onRedeem() {
    const code = this.data.code.trim()
    if (!code) wx.showToast({ title: '请输入兑换码', icon: 'none' })
    if (!code || this.data.redeeming) return
    this.setData({ redeeming: true })
    try {
      const { title } = await coupons.redeem(code)
      wx.showToast({ title: `兑换成功：${title}`, icon: 'none' })
      this.setData({ code: '', tab: TABS[0] })
      await this.list.restart(true)
    } catch (error) {
      wx.showToast({ title: error.message, icon: 'none', duration: 2500 })
    } finally {
      this.setData({ redeeming: false })
    }
  },

  /** To what it was used for, or to what it can be used for. */
  onAct(event) {
    const { order, key, title, rule } = event.currentTarget.dataset
    links.open(order ? url.to('/packages/order/detail/detail', { number: order }) : reductions.goods(key, title, rule))
  },

  onCentre() {
    links.open('/packages/marketing/coupons/coupons')
  }
}))
