const themed = require('../../services/themed')
const members = require('../../services/members')
const requests = require('../../services/request')
const session = require('../../services/session')
const shop = require('../../services/shop')
const links = require('../../utils/links')
const { settings } = require('../../services/settings')
const url = require('../../utils/url')

const ORDERS = [
  { icon: 'unpaid', count: 'unpaid', text: '待付款', status: 'UNPAID', path: '/packages/order/orders/orders' },
  { icon: 'to-ship', count: 'to_ship', text: '待发货', status: 'TO_SHIP', path: '/packages/order/orders/orders' },
  { icon: 'shipped', count: 'shipped', text: '待收货', status: 'SHIPPED', path: '/packages/order/orders/orders' },
  { icon: 'review', count: 'to_review', text: '待评价', status: 'TO_REVIEW', path: '/packages/order/orders/orders' },
  { icon: 'after-sale', count: 'after_sale', text: '退款/售后', status: '', path: '/packages/order/after-sale/list/list' }
]

const POINTS = '/packages/member/points/points'

const ENTRIES = [
  { icon: 'coupon', count: 'coupons', text: '优惠券', path: '/packages/marketing/my-coupons/my-coupons' },
  { icon: 'group', text: '我的拼团', path: '/packages/marketing/my-groups/my-groups' },
  { icon: 'bargain', text: '我的砍价', path: '/packages/marketing/my-bargains/my-bargains' },
  { icon: 'favourite', count: 'favourites', text: '我的收藏', path: '/packages/member/favourites/favourites' },
  { icon: 'footprint', count: 'footprints', text: '浏览足迹', path: '/packages/member/footprints/footprints' },
  { icon: 'address', text: '收货地址', path: '/packages/member/addresses/addresses' },
  { icon: 'star', text: '我的评价', path: '/packages/member/reviews/reviews' },
  { icon: 'help', text: '帮助', path: '/packages/member/help/help' },
  { icon: 'agreement', text: '用户协议', path: '/packages/member/agreement/agreement?kind=user' },
  { icon: 'agreement', text: '隐私政策', path: '/packages/member/agreement/agreement?kind=privacy' }
]

Page({
  behaviors: [themed],
  data: { member: null, orders: ORDERS, entries: ENTRIES, counts: {}, phone: '', name: '', /** whether a shopper has to log in by hand: only in a browser */ asks: false },

  /** Nobody is logged in for looking at this page. */
  onShow() {
    this.setData({ member: session.member(), asks: !!settings().login })
    members.known().then((member) => this.setData({ member }), () => {}) // the level may be another one
    members.counts().then((counts) => this.setData({ counts }), () => {}) // only figures
    shop.bootstrap().then((said) => this.setData({ phone: said.service_phone, name: said.shop.name }), () => {})
  },

  onPullDownRefresh() {
    this.onShow()
    wx.stopPullDownRefresh()
  },

  /** Who closes the log-in stays a stranger. */
  async onLogIn() {
    await session.ensure().then(() => this.onShow(), (error) => error.code !== 'cancelled' && requests.tell(error))
  },

  onProfile() {
    links.open('/packages/member/profile/profile')
  },

  onAll() {
    links.open('/packages/order/orders/orders')
  },

  onOrders(event) {
    const { path, status } = event.currentTarget.dataset
    links.open(url.to(path, { status }))
  },

  onEntry(event) {
    links.open(event.currentTarget.dataset.path)
  },

  onPoints() {
    links.open(POINTS)
  },

  onCall() {
    wx.makePhoneCall({ phoneNumber: this.data.phone, fail: () => {} })
  }
})
