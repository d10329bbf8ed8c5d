/** Whose shop this is: written into `ext.json` when the app of a shop is made. */

let read = null

/** { api: "https://…/s/KEY/api/v1", shop: "KEY" }; in a browser also `login`, the path that takes its proof, and `client` "h5"; `preview` when staff try the shop. */
function settings() {
  if (!read) read = wx.getExtConfigSync() || {}
  return read
}

module.exports = { settings }
