const basket = require('../../services/basket')
const cart = require('../../services/cart')
const catalogue = require('../../services/catalogue')
const offers = require('../../services/offers')
const requests = require('../../services/request')
const stock = require('../../services/stock')
const sheet = require('../sku-sheet/model')
const links = require('../../utils/links')
const skus = require('../../utils/skus')

/** Component → ends its watch of the stock. */
const watches = new WeakMap()

/** Puts a product of a list into the cart by one tap: `add(key)`. Where there is something to choose it asks. `bind:added` once it is there. */
Component({
  data: { open: false, product: null, busy: '' },
  lifetimes: {
    detached() {
      this.leave()
    }
  },
  pageLifetimes: {
    hide() {
      this.leave()
    }
  },
  methods: {
    async add(key) {
      if (this.data.busy) return
      this.setData({ busy: key })
      const product = await catalogue.product(key, () => {}).catch(requests.tell)
      if (product) await this.begin(product)
      if (this.data.busy === key) this.setData({ busy: '' })
    },
    async begin(product) {
      const only = sheet.single(product)
      if (only) await this.put(only.key, sheet.bounds(product, only).least)
      else if (this.data.busy === product.key) this.ask(await offers.sold(product)) // unless its page was left meanwhile
    },
    ask(product) {
      if (this.data.busy !== product.key) return
      this.setData({ product, open: true })
      this.endWatch()
      const heard = (units) => this.setData({ product: skus.withStock(this.data.product, units) })
      watches.set(this, stock.watch(product.key, heard))
    },
    put(sku, quantity) {
      const done = () => {
        wx.showToast({ title: '已加入购物车', icon: 'success' })
        this.triggerEvent('added')
      }
      return cart.add(sku, quantity).then(done, () => {}) // what went wrong was told
    },
    onAdd(event) {
      this.onClose()
      this.put(event.detail.sku, event.detail.quantity)
    },
    onBuy(event) {
      this.onClose()
      const { sku, quantity, form, product } = event.detail
      basket.ofItems([{ sku, quantity, form, product }])
      links.open('/packages/order/checkout/checkout')
    },
    onClose() {
      this.endWatch()
      if (this.data.open) this.setData({ open: false })
    },
    leave() {
      this.onClose()
      if (this.data.busy) this.setData({ busy: '' })
    },
    endWatch() {
      const end = watches.get(this)
      if (end) end()
      watches.delete(this)
    }
  }
})
