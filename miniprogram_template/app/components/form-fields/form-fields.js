/** The questions of a product's order form. `bind:change` gets { key, value, answers }. */
Component({
  properties: {
    /** As the API gives them. */
    fields: { type: Array, value: [] },
    /** Field key → answer. */
    answers: { type: Object, value: {} },
    /** Field key → what is wrong. */
    wrong: { type: Object, value: {} }
  },
  methods: {
    onType(event) {
      this.say(event.currentTarget.dataset.key, event.detail.value)
    },
    onChoose(event) {
      const field = this.data.fields.find((each) => each.key === event.currentTarget.dataset.key)
      this.say(field.key, field.choices[Number(event.detail.value)])
    },
    say(key, value) {
      const answers = { ...this.data.answers, [key]: value }
      this.setData({ answers })
      this.triggerEvent('change', { key, value, answers })
    }
  }
})
