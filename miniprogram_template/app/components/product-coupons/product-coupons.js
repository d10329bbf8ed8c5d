/** Coupons that can be claimed for a product: a row that says which, and a sheet to claim them in. */

const coupons = require('../../services/coupons')
const tickets = require('../../utils/tickets')

const MOST_NAMED = 2

Component({
  properties: {
    /** The product's key. */
    product: { type: String, value: '', observer: 'load' }
  },
  data: { offers: [], named: [], open: false, busy: '' },
  methods: {
    /** Without coupons, or where they did not come, there is no row. */
    async load() {
      const key = this.data.product
      const found = key ? await coupons.ofProduct(key).catch(() => null) : []
      if (!found || key !== this.data.product) return
      const offers = found.map(tickets.offer)
      this.setData({ offers, named: offers.slice(0, MOST_NAMED) })
    },
    onOpen() {
      this.setData({ open: true })
    },
    onClose() {
      this.setData({ open: false })
    },
    async onClaim(event) {
      const { key } = event.currentTarget.dataset
      if (this.data.busy) return
      this.setData({ busy: key })
      try {
        await coupons.claim(key)
        wx.showToast({ title: '领到了，下单时自动用上', icon: 'none' })
      } catch (error) {
        if (error.code !== 'cancelled') wx.showToast({ title: error.message, icon: 'none' })
      }
      await this.load()
      this.setData({ busy: '' })
    }
  }
})
