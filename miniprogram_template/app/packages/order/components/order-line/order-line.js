/** A line of an order, a quote or an after-sale; the slot is for what can be done with it. */
Component({
  properties: {
    /** { title, options, picture, unit_price, quantity, is_gift } of the API; what is missing is not shown. */
    line: { type: Object, value: {} },
    /** What is wrong with it. */
    problem: { type: String, value: '' }
  }
})
