const forms = require('../../utils/forms')
const skus = require('../../utils/skus')
const model = require('./model')

/**
 * Choose a SKU and how many.
 *
 * `bind:add` and `bind:buy` get { sku, quantity, form, options, product }; `bind:choose` gets { words, sku } after each choice.
 * `product` may be set anew while the sheet is open (stock): what was chosen stays.
 */
Component({
  properties: {
    open: { type: Boolean, value: false },
    /** As the API gives it, with skus. */
    product: { type: Object, value: null },
    /** Option name → value to begin with; empty: what leaves no choice. */
    chosen: { type: Object, value: null },
    quantity: { type: Number, value: 1 },
    /** "both", "add", "buy" or "change" (a line of the cart: told by `add`) */
    mode: { type: String, value: 'both' }
  },
  data: { view: null, of: '', picked: {}, wanted: 1, answers: {}, wrong: {} },
  observers: {
    open(open) {
      if (open && this.data.product) this.begin()
    },
    product(product) {
      if (this.data.open && product) this.begin()
    }
  },
  methods: {
    begin() {
      const { product, chosen, of } = this.data
      if (product.key !== of) {
        const picked = chosen && Object.keys(chosen).length ? { ...chosen } : skus.initial(product)
        this.setData({ of: product.key, picked, wanted: this.data.quantity, answers: {}, wrong: {} })
      }
      this.paint()
    },
    paint() {
      const { product, picked, wanted } = this.data
      const view = model.view(product, picked, wanted)
      this.setData({ view })
      wx.nextTick(() => this.triggerEvent('choose', { words: view.words, sku: view.sku })) // the page may be in the middle of telling the sheet
    },
    onChoose(event) {
      const { name, value, missing } = event.currentTarget.dataset
      if (missing) return
      this.setData({ picked: skus.toggled(this.data.picked, name, value) })
      this.paint()
    },
    onQuantity(event) {
      this.setData({ wanted: event.detail.value, 'view.quantity': event.detail.value })
    },
    onAnswer(event) {
      const { answers, key } = event.detail
      this.setData({ answers, [`wrong.${key}`]: '' })
    },
    onPicture() {
      const { picture } = this.data.view
      if (picture) wx.previewImage({ urls: [picture] })
    },
    onClose() {
      if (this.data.mode === 'change') this.setData({ of: '' }) // another line may be of the same product
      this.triggerEvent('close')
    },
    onAdd() {
      if (this.complete()) this.tell('add')
    },
    onBuy() {
      if (this.complete() && this.answered()) this.tell('buy')
    },
    complete() {
      const { sku, words, trouble } = this.data.view
      const missing = trouble || (sku ? '' : words)
      if (missing) wx.showToast({ title: missing, icon: 'none' })
      return !missing
    },
    answered() {
      const wrong = forms.mistakes(this.data.product.form, this.data.answers)
      const first = Object.keys(wrong)[0]
      this.setData({ wrong })
      if (first) wx.showToast({ title: wrong[first], icon: 'none' })
      return !first
    },
    tell(event) {
      const { view, product, answers, picked } = this.data
      if (this.data.mode === 'change') this.setData({ of: '' })
      this.triggerEvent(event, { sku: view.sku, quantity: view.quantity, form: forms.given(answers), options: picked, product: product.key })
    }
  }
})
