/** Where a tap on a banner, an entry or a strip leads. */

const offers = require('./offers')
const url = require('./url')

const TABS = ['/pages/home/home', '/pages/category/category', '/pages/cart/cart', '/pages/me/me']

const WAYS = {
  product: (value) => url.to('/pages/product/product', { key: value }),
  category: (value, title) => url.to('/pages/products/products', { category: value, title }),
  search: (value) => url.to('/pages/products/products', { keyword: value }),
  offer: (value, title) => offers.placeOf(value, title),
  page: (value) => (value.startsWith('/') ? value : `/${value}`)
}

/** { url, tab } of a link of the API, or null when it leads nowhere this app knows. */
function target(link, title) {
  const way = link && link.value && WAYS[link.kind]
  if (!way) return null
  const address = way(link.value, title)
  if (!address) return null
  return { url: address, tab: TABS.includes(address.split('?')[0]) }
}

/** Open a page on top; when ten are open, which is as many as the platform allows, in place of the last. */
function open(address) {
  wx.navigateTo({ url: address, fail: () => wx.redirectTo({ url: address, fail: () => {} }) })
}

/** Go there. A page that does not exist is told as such: a merchant may have mistyped it. */
function follow(link, title) {
  const found = target(link, title)
  if (!found) return
  const fail = () => wx.showToast({ title: '这个页面暂时打不开', icon: 'none' })
  if (found.tab) wx.switchTab({ url: found.url.split('?')[0], fail })
  else wx.navigateTo({ url: found.url, fail: () => wx.redirectTo({ url: found.url, fail }) })
}

module.exports = { target, open, follow }
