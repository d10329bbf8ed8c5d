/** What an activity sells: pictures to choose a product by, its title, and its SKUs as chips. `bind:choose` gets { product, sku } (keys). */
Component({
  properties: {
    products: { type: Array, value: [] },
    /** The product and the SKU that are chosen, or null. */
    product: { type: Object, value: null },
    sku: { type: Object, value: null }
  },
  methods: {
    onProduct(event) {
      const { product } = event.currentTarget.dataset
      this.triggerEvent('choose', { product, sku: '' })
    },
    onSku(event) {
      const { sku, off } = event.currentTarget.dataset
      if (!off) this.triggerEvent('choose', { product: this.data.product.key, sku })
    },
    onOpen() {
      wx.navigateTo({ url: `/pages/product/product?key=${encodeURIComponent(this.data.product.key)}`, fail: () => {} })
    }
  }
})
