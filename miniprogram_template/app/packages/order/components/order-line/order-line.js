const NAMES = { flash_sale: '秒杀', group_buy: '拼团', bargain: '砍价', bundle: '套餐', add_on: '加价购' }

/** A line of an order, a quote or an after-sale; the slot is for what can be done with it. */
Component({
  properties: {
    /** { title, options, picture, unit_price, quantity, activity, is_gift } of the API, `list_price` to strike out; what is missing is not shown. */
    line: { type: Object, value: {} },
    /** What is wrong with it. */
    problem: { type: String, value: '' }
  },
  data: { /** The activity that it is bought in, in a word. */ bought: '' },
  observers: {
    line(line) {
      this.setData({ bought: (line && line.activity && NAMES[line.activity.tool]) || '' })
    }
  }
})
