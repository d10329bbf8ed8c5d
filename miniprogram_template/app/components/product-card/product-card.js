const links = require('../../utils/links')
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
  methods: {
    onOpen() {
      links.open(url.to('/pages/product/product', { key: this.data.product.key }))
    },
    onAdd() {
      this.triggerEvent('add', { key: this.data.product.key })
    }
  }
})
