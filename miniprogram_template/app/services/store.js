/** What outlives a launch: small values, bounded, and never a reason to fail. */

/** The value kept under `key`, or null. */
function read(key) {
  try {
    const value = wx.getStorageSync(key)
    return value === '' || value === undefined ? null : value
  } catch (_error) {
    return null
  }
}

/** Keep a value; a full storage keeps nothing. */
function write(key, value) {
  try {
    wx.setStorageSync(key, value)
  } catch (_error) {
    // only a cache is lost
  }
}

function remove(key) {
  try {
    wx.removeStorageSync(key)
  } catch (_error) {
    // nothing was there
  }
}

/** Forget everything that was kept. */
function clear() {
  try {
    wx.clearStorageSync()
  } catch (_error) {
    // nothing was there
  }
}

module.exports = { read, write, remove, clear }
