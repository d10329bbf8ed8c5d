const reviews = require('../../services/reviews')
const { endless } = require('../../utils/endless')
const model = require('./model')

/** Component → its endless list. */
const lists = new WeakMap()

/** The reviews of a product with their filters; two of them until somebody wants to see more. */
Component({
  properties: {
    /** Key of the product. */
    product: { type: String, value: '', observer: 'begin' }
  },
  data: { chosen: model.ALL, chips: [], average: 0, total: 0, open: false, status: 'loading', more: '', count: 0, rows: [] },
  lifetimes: {
    created() {
      lists.set(this, endless((page) => this.ask(page), (patch) => this.setData(patch)))
    }
  },
  methods: {
    begin(product) {
      if (product) lists.get(this).restart()
    },
    async ask(page) {
      const answer = await reviews.ofProduct(this.data.product, model.query(this.data.chosen), page)
      const { summary } = answer
      this.setData({ chips: model.chips(summary, this.data.chosen), average: summary.average || 0, total: summary.count })
      return answer
    },
    onChip(event) {
      const { kind, value } = event.currentTarget.dataset
      const chosen = { kind, value }
      this.setData({ chosen, chips: this.data.chips.map((chip) => ({ ...chip, on: chip.kind === kind && chip.value === value })), open: true })
      lists.get(this).restart(true)
    },
    onOpen() {
      this.setData({ open: true })
    },
    onMore() {
      lists.get(this).more()
    },
    onRetry() {
      lists.get(this).restart()
    }
  }
})
