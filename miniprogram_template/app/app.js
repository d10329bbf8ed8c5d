const session = require('./services/session')
const shop = require('./services/shop')
const cart = require('./services/cart')
const updates = require('./utils/updates')

App({
  onLaunch() {
    updates.watch()
    session.restore()
    shop.bootstrap().catch(() => {}) // each page shows its own failure
  },

  onShow() {
    cart.refreshBadge()
  }
})
