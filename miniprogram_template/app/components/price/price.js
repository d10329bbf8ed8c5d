const money = require('../../utils/money')

/** A price in fen, painted as yuan; `list` is struck out beside it when it is higher. */
Component({
  properties: {
    fen: { type: Number, value: 0 },
    list: { type: Number, value: 0 },
    from: { type: Boolean, value: false },
    /** In ink: not what is asked for, only told. */
    quiet: { type: Boolean, value: false },
    /** "s", "m" or "l" */
    size: { type: String, value: 'm' }
  },
  data: { whole: '0', decimals: '', was: '', spoken: '0.00 元' },
  observers: {
    'fen, list': function (fen, list) {
      this.setData({ ...money.parts(fen), was: list > fen ? money.yuan(list) : '', spoken: `${money.yuan(fen)} 元` })
    }
  }
})
