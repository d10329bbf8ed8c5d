const catalogue = require('../../services/catalogue')
const look = require('../../services/look')
const filters = require('../../utils/filters')

/** Narrows a list of products. `bind:apply` gets { filters } of utils/filters. */
Component({
  properties: {
    open: { type: Boolean, value: false },
    filters: { type: Object, value: filters.NONE },
    /** What always holds: the keyword or category that the list is about. */
    base: { type: Object, value: {} }
  },
  data: { accent: look.OWN.accent, draft: filters.NONE, groups: [], inStock: null, asked: 0 },
  observers: {
    open(open) {
      if (!open) return
      this.setData({ accent: look.accent() })
      this.take({ ...this.data.filters })
    }
  },
  methods: {
    /** Take over a draft, and ask what remains to be chosen under it. */
    async take(draft) {
      const asked = this.data.asked + 1
      this.setData({ draft, asked })
      const facets = await catalogue.facets({ ...filters.query(draft), ...this.data.base }).catch(() => null)
      if (facets && asked === this.data.asked) this.setData({ groups: filters.groups(facets, draft), inStock: facets.in_stock })
    },
    onChoose(event) {
      const { kind, name, value } = event.currentTarget.dataset
      const next = kind === 'attribute' ? filters.toggledFact(this.data.draft, name, value) : filters.toggled(this.data.draft, kind, value)
      this.take(next)
    },
    onStock() {
      this.take({ ...this.data.draft, inStock: !this.data.draft.inStock })
    },
    onPrice(event) {
      const draft = { ...this.data.draft, [event.currentTarget.dataset.end]: event.detail.value }
      this.setData({ draft })
    },
    onPriced() {
      this.take(this.data.draft)
    },
    onClear() {
      this.take({ ...filters.NONE, attributes: {} })
    },
    onApply() {
      this.triggerEvent('apply', { filters: this.data.draft })
    },
    onClose() {
      this.triggerEvent('close')
    }
  }
})
