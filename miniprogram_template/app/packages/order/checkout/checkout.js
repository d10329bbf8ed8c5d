const themed = require('../../../services/themed')
const baskets = require('../../../services/basket')
const cart = require('../../../services/cart')
const members = require('../../../services/members')
const links = require('../../../utils/links')
const money = require('../../../utils/money')
const orders = require('../services/orders')
const paying = require('../paying')
const payment = require('../services/payment')
const questions = require('./questions')
const { asked, turnedAway } = require('./turns')
const model = require('./model')

const ORDERS = '/packages/order/orders/orders?status=UNPAID'

Page({
  behaviors: [themed],
  data: {
    /** "loading", "ready" or "error" */
    state: 'loading',
    message: '',
    address: null,
    quote: null,
    lines: [],
    discounts: [],
    /** The row of the points, or null, and whether as many as possible are spent. */
    points: null,
    spending: false,
    /** The row of the coupons, or null; the coupons to choose from, and whether they are shown. */
    coupons: null,
    offered: [],
    choosing: false,
    /** What is missing to the next reductions, with the way to the goods; sentences about what comes with the order. */
    near: [],
    hints: [],
    /** Whether what is bought is the cart's selection, which grows elsewhere. */
    cart: false,
    /** SKU → sentence */
    problems: {},
    /** SKU → field key → answer, and what is wrong with it */
    answers: {},
    wrong: {},
    remark: '',
    /** whether this shop takes no money here */
    elsewhere: false,
    /** whether a price is on its way because of the switch */
    pricing: false,
    busy: false,
    /** Where the member stands in the line of a flash sale: { activity, position, retry_after }, or null. */
    queue: null
  },

  shown: false,
  /** Whether the shopper looks for more goods. */
  away: false,
  chosen: '',
  questions: null,
  /** The coupons that the shopper chose, null for the best. */
  picked: null,

  onLoad() {
    const answers = {}
    baskets.now().items.forEach(({ sku, form }) => {
      if (form) answers[sku] = form
    })
    this.setData({ answers })
    this.load()
    payment.method().then((method) => this.setData({ elsewhere: !method }), () => {})
  },

  /** The addresses may be others after a visit to their page. */
  onShow() {
    if (this.shown) this.loadAddress().catch(() => {})
    if (this.away) this.renew()
    this.shown = true
  },

  async load() {
    try {
      await Promise.all([this.loadAddress(), this.loadQuote()])
      this.setData({ state: 'ready' })
    } catch (error) {
      this.setData({ state: 'error', message: error.message })
      await turnedAway(model.refusal(error), () => this.onRetry())
    }
  },

  onRetry() {
    this.setData({ state: 'loading' })
    this.load()
  },

  async loadAddress() {
    this.setData({ address: model.addressOf(await members.addresses(), this.chosen) })
  },

  async loadQuote() {
    const basket = baskets.now()
    const { answers, quote: last, spending } = this.data
    const points = spending ? last.points.most : 0
    const quote = await orders.preview(model.body(basket, { answers, points, coupons: this.picked }))
    this.questions = this.questions || (await questions.of(basket, quote.lines))
    this.setData({ cart: basket.cart, quote, ...model.sums(quote), lines: model.painted(quote, this.questions), problems: model.problemsOf(quote) })
  },

  /** The price with points, or without: shown before anything can be ordered for it. */
  async onPoints(event) {
    this.setData({ spending: event.detail.value, pricing: true })
    try {
      await this.loadQuote()
    } catch (error) {
      if (error.code === 'points_insufficient') await this.withoutPoints(error.message)
      else {
        this.setData({ spending: !event.detail.value })
        wx.showToast({ title: error.message, icon: 'none' })
      }
    } finally {
      this.setData({ pricing: false })
    }
  },

  /** There are fewer points than were asked for: begin again without any. */
  async withoutPoints(message) {
    this.setData({ spending: false })
    await this.loadQuote().catch(() => {})
    wx.showToast({ title: `${message}，请重新确认`, icon: 'none', duration: 3000 })
  },

  onNear(event) {
    this.away = true
    links.open(event.currentTarget.dataset.path)
  },

  /** What was added to the cart meanwhile is bought with the rest. */
  async renew() {
    this.away = false
    if (!baskets.now().cart) return
    baskets.ofCart(baskets.now().items.filter((item) => item.activity)) // those are beside the cart
    this.questions = null
    this.setData({ pricing: true })
    await this.loadQuote().catch((error) => wx.showToast({ title: error.message, icon: 'none' }))
    this.setData({ pricing: false })
  },

  onCoupons() {
    this.setData({ choosing: true })
  },

  onChosen() {
    this.setData({ choosing: false })
  },

  /** One more coupon, or one fewer; one that may not be beside the others is used alone. */
  async onCoupon(event) {
    const { key, able } = event.currentTarget.dataset
    if (!able || this.data.pricing) return
    await this.pick(model.tappedCoupons(model.usedCoupons(this.data.quote) || [], key), [key])
  },

  onNoCoupons() {
    return this.pick([])
  },

  onBestCoupons() {
    return this.pick(null)
  },

  /** Price with these coupons; with the others when those may not be used together. */
  async pick(picked, otherwise = null) {
    const before = this.picked
    this.picked = picked
    this.setData({ pricing: true })
    try {
      await this.loadQuote()
    } catch (error) {
      this.picked = before
      if (otherwise && error.code === 'coupons_not_combinable') await this.pick(otherwise)
      else wx.showToast({ title: error.message, icon: 'none' })
    } finally {
      this.setData({ pricing: false })
    }
  },

  /** Choose another address; without any the first one is written at once. */
  onAddress() {
    const chosen = (said) => {
      this.chosen = (said && said.key) || said
      this.loadAddress().catch(() => {})
    }
    const fail = () => wx.showToast({ title: '打开的页面太多了，请先返回几页', icon: 'none' })
    const url = this.data.address ? '/packages/member/addresses/addresses?choose=1' : '/packages/member/address/address?back=1'
    wx.navigateTo({ url, events: { chosen }, fail })
  },

  onRemark(event) {
    this.setData({ remark: event.detail.value })
  },

  onAnswer(event) {
    const { sku } = event.currentTarget.dataset
    const { key, answers } = event.detail
    const wrong = { ...(this.data.wrong[sku] || {}), [key]: '' }
    this.setData({ [`answers.${sku}`]: answers, [`wrong.${sku}`]: wrong })
  },

  /** What must be mended before the order is sent: a sentence, or "". */
  obstacle() {
    const { quote, address, lines, answers } = this.data
    if (quote.needs_address && !address) return '请先添加收货地址'
    const wrong = model.wrongForms(lines, answers)
    this.setData({ wrong })
    if (Object.keys(wrong).length) return '请把标红的信息填写完整'
    return Object.values(model.problemsOf(quote))[0] || '' // what an earlier refusal said may be over
  },

  async onSubmit() {
    if (this.data.busy || this.data.pricing) return
    const words = this.obstacle()
    if (words) {
      wx.showToast({ title: words, icon: 'none', duration: 2500 })
      if (this.data.quote.needs_address && !this.data.address) this.onAddress()
      return
    }
    await this.send()
  },

  /** Place the order for what was shown. */
  async send() {
    this.setData({ busy: true, queue: null })
    try {
      await this.submit(this.data.quote.total)
    } finally {
      this.setData({ busy: false })
    }
  },

  onLeave() {
    this.setData({ queue: null })
  },

  async submit(total) {
    const { quote, address, remark, answers } = this.data
    const key = quote.needs_address ? address.key : ''
    let order
    try {
      const points = quote.points ? quote.points.used : 0
      const coupons = model.usedCoupons(quote)
      order = await orders.place(model.body(baskets.now(), { address: key, remark, answers, points, coupons, total }), baskets.key())
    } catch (error) {
      if (!error.passing && error.code !== 'in_progress') baskets.answered()
      await this.refused(error)
      return
    }
    baskets.clear()
    cart.refreshBadge()
    if (order.status === 'UNPAID') await paying.payAndTell(order.number, wx.redirectTo)
    else wx.redirectTo({ url: paying.paid(order.number) })
  },

  async refused(error) {
    const said = model.refusal(error)
    if (said.way === 'price') {
      await this.offer(said.total)
      return
    }
    if (said.way === 'points') {
      await this.withoutPoints(said.message)
      return
    }
    if (said.way === 'again') {
      await this.again(said.message)
      return
    }
    if (await turnedAway(said, () => this.onRetry())) return
    if (said.way === 'queue') {
      this.setData({ queue: said.queue })
      return
    }
    if (said.way === 'lines') this.setData({ problems: said.marks })
    if (said.way === 'forms') this.setData({ wrong: said.forms })
    if (said.way === 'address') await this.loadAddress().catch(() => {})
    if (said.way === 'cart') {
      await asked('购物车有变动', `${said.message}。回到购物车看看再结算吧。`, '回购物车').then((yes) => yes && wx.switchTab({ url: '/pages/cart/cart' }))
    } else if (said.way === 'unpaid' || said.way === 'sent') {
      const words = said.way === 'sent' ? '这一单刚才已经提交成功了，请在订单里付款。' : said.message
      await asked('还有待付款的订单', words, '去看看').then((yes) => yes && wx.redirectTo({ url: ORDERS }))
    } else wx.showToast({ title: said.message, icon: 'none', duration: 3000 })
  },

  /** What was shown holds no more: the price anew, with the best coupons that there are. */
  async again(message) {
    this.picked = null
    await this.loadQuote().catch(() => {})
    wx.showToast({ title: `${message}，请重新确认`, icon: 'none', duration: 3000 })
  },

  /** The price is another one: show it and ask again. */
  async offer(total) {
    await this.loadQuote().catch(() => {})
    const yes = await asked('价格有变动', `现在需要付 ¥${money.yuan(total)}，还要提交订单吗？`, '提交订单')
    if (yes) await this.submit(total)
  }
})
