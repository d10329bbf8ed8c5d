const session = require('./services/session')
const shop = require('./services/shop')
const cart = require('./services/cart')
const updates = require('./utils/updates')

App({
  globalData: {
    /** What the share or poster that opened the app said about its sender; sent with the next log-in. */
    scene: ''
  },

  onLaunch(options) {
    this.globalData.scene = (options.query && options.query.scene) || ''
    updates.watch()
    session.restore()
    shop.bootstrap().catch(() => {}) // each page shows its own failure
  },

  onShow() {
    cart.refreshBadge()
  }
})
