const offers = require('../../services/offers')
const links = require('../../utils/links')
const offered = require('../../utils/offers')
const url = require('../../utils/url')

/** A product of a list. `bind:add` asks to put it into the cart. */
Component({
  properties: {
    /** A row of the API. */
    product: { type: Object, value: {} },
    /** "tile" (two in a row) or "line" */
    layout: { type: String, value: 'tile' },
    addable: { type: Boolean, value: true },
    /** Painted before the page is alive. */
    still: { type: Boolean, value: false }
  },
  /** `of`: the product that the others are about. */
  data: { of: '', cheap: null, labels: [] },
  observers: {
    'product, still': function (product, still) {
      if (product.key !== this.data.of) this.setData({ of: product.key, ...offered.card(product, null) })
      if (product.key && !still) this.loadLabel(product)
    }
  },
  methods: {
    async loadLabel(product) {
      const found = await offers.label(product.key)
      if (this.data.product.key === product.key) this.setData(offered.card(product, found))
    },
    onOpen() {
      links.open(url.to('/pages/product/product', { key: this.data.product.key }))
    },
    onAdd() {
      this.triggerEvent('add', { key: this.data.product.key })
    }
  }
})
