const answers = require('./answers')

Page({
  data: { answers, /** Key of the answer that is open, or "". */ open: '' },

  onTap(event) {
    const { key } = event.currentTarget.dataset
    this.setData({ open: key === this.data.open ? '' : key })
  }
})
