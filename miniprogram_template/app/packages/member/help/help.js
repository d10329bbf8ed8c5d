const themed = require('../../../services/themed')
const answers = require('./answers')

Page({
  behaviors: [themed],
  data: { answers, /** Key of the answer that is open, or "". */ open: '' },

  onTap(event) {
    const { key } = event.currentTarget.dataset
    this.setData({ open: key === this.data.open ? '' : key })
  }
})
