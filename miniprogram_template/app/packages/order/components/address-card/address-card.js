/** Where an order goes; tapping it asks for another one when it may still be chosen. */
Component({
  properties: {
    /** As the API gives it; without a name there is none yet. */
    address: { type: Object, value: {} },
    choosable: { type: Boolean, value: false }
  },
  data: { label: '收货地址' },
  observers: {
    'address, choosable': function (address, choosable) {
      const words = choosable ? '选择收货地址' : '收货地址'
      const where = address && address.name ? [address.name, address.province, address.city, address.district, address.detail] : []
      const once = [...new Set(where.filter(Boolean))] // Beijing is a province and a city
      this.setData({ label: [words, ...once].join(' ') })
    }
  },
  methods: {
    onTap() {
      if (this.data.choosable) this.triggerEvent('choose')
    }
  }
})
