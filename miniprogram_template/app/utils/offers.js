/** Activities as the page of a product tells them. */

const money = require('./money')
const reductions = require('./reductions')
const url = require('./url')

const LIMITED = 'limited_discount'
const LABELS = { limited_discount: '限时折扣', group_buy: '拼团', flash_sale: '秒杀', bargain: '砍价', bundle: '套餐', add_on: '加价购', full_reduction: '满减', ladder_price: '满件折' }
const MOST_LABELS = 3 // a card of half a phone has room for a line of them
const REDUCTIONS = ['full_reduction', 'ladder_price']
/** The pages of tools that sell in a way of their own. */
const PAGES = {
  group_buy: '/packages/marketing/group-buy/group-buy',
  flash_sale: '/packages/marketing/flash-sale/flash-sale',
  bargain: '/packages/marketing/bargain/bargain',
  bundle: '/packages/marketing/bundle/bundle',
  add_on: '/packages/marketing/add-on/add-on'
}
/** The pages with everything of a tool. */
const HALLS = { coupon: '/packages/marketing/coupons/coupons', flash_sale: '/packages/marketing/flash-sale/flash-sale' }

/** The price of an item in fen: its own, or its normal one less a share. */
const priceOf = (item) => (item.price === null ? money.lessShare(item.normal_price, item.discount_bp) : item.price)

/** Limited-time discounts of those activities: { until, prices: SKU → fen }, the lowest of each, or null. */
function limited(activities) {
  const found = activities.filter((each) => each.tool === LIMITED && each.items.length)
  if (!found.length) return null
  const prices = {}
  found.forEach(({ items }) => items.forEach((item) => (prices[item.sku] = Math.min(priceOf(item), prices[item.sku] || Infinity))))
  return { until: found.map((each) => each.ends_at).sort((one, other) => Date.parse(one) - Date.parse(other))[0], prices }
}

/** The product as it is sold now: what a SKU costs otherwise is struck out beside its limited-time price. */
function priced(product, found) {
  if (!found) return product
  const skus = product.skus.map((sku) => (found.prices[sku.key] < sku.price ? { ...sku, price: found.prices[sku.key], list_price: sku.price } : sku))
  const cheapest = skus.reduce((best, sku) => (sku.price < best.price ? sku : best), skus[0])
  return { ...product, skus, price: cheapest.price, list_price: cheapest.list_price }
}

/** What the card of a product tells of a label (services/offers): { cheap: { price, list } or null, labels }. */
function card(product, found) {
  const cheap = found && found.price && found.price < product.price ? { price: found.price, list: found.normal_price } : null
  return { cheap, labels: found ? found.tools.map((tool) => LABELS[tool] || '活动').slice(0, MOST_LABELS) : [] }
}

/** "¥9.00 起": the lowest of those prices; "" for none. */
const least = (prices) => (prices.length ? `¥${money.yuan(Math.min(...prices))}${new Set(prices).size > 1 ? ' 起' : ''}` : '')
const prices = (items) => items.map((item) => item.price)

const WORDS = {
  group_buy: ({ details }) => {
    const found = least(Object.values(details.prices).map((each) => each[0]))
    return found && `${details.sizes[0]} 人团 ${found}`
  },
  flash_sale: ({ items }) => {
    const left = items.filter((item) => !item.sold_out)
    return left.length ? `秒杀价 ${least(prices(left))}` : '这一场已抢光'
  },
  bargain: ({ items }) => items.length && `请好友砍价，最低 ${least(prices(items))}`,
  bundle: ({ title, details }) => `${title}，一套 ¥${money.yuan(details.price)}`,
  add_on: ({ details }) => `满 ¥${money.yuan(details.threshold)} 可以加价换购`
}

/** The others, a row each: { key, label, words, path }; `path` is "" for those that need no page. */
function rows(activities, product) {
  return activities
    .filter((each) => each.tool !== LIMITED && each.phase === 'LIVE')
    .map((each) => ({
      key: each.key,
      label: LABELS[each.tool] || '活动',
      words: (WORDS[each.tool] && WORDS[each.tool](each)) || each.summary || each.title,
      path: pathOf(each, product)
    }))
}

/** Where one learns more: the page of its tool, or the goods that count for a reduction; "" for nowhere. */
function pathOf({ tool, key, title, summary }, product) {
  if (REDUCTIONS.includes(tool)) return reductions.goods(key, title, summary)
  return PAGES[tool] ? url.to(PAGES[tool], { activity: key, product }) : ''
}

/** Where "coupon" (all of a tool) or "group_buy/KEY" (one activity) is shown: its page, else the goods that it is for. */
function placeOf(place, title) {
  const [tool, key] = place.split('/')
  if (!key) return HALLS[tool] || ''
  return PAGES[tool] ? url.to(PAGES[tool], { activity: key }) : reductions.goods(key, title)
}

module.exports = { limited, priced, card, rows, placeOf }
