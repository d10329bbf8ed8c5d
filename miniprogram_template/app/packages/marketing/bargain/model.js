/** An activity in which prices are cut, as its page shows it. */

const goods = require('../goods')

/** How it goes, in sentences. The launcher's own cut is the first. */
function rules({ details }) {
  const { helpers, hours, pay_hours: payHours, any_price: anyPrice, most_helps: mostHelps } = details
  return [
    helpers > 1 ? `发起后自己先砍一刀，再请 ${helpers - 1} 位好友各砍一刀，就到最低价。` : '发起后自己砍一刀，就到最低价。',
    anyPrice ? `${hours} 小时内随时可以按当时的价格购买 1 件。` : `${hours} 小时内砍到最低价，就能购买 1 件。`,
    `砍到最低价后请在 ${payHours} 小时内下单，活动结束时没有下单就作废。`,
    mostHelps ? `每位好友在这个活动里最多帮砍 ${mostHelps} 次。` : '每位好友在同一个砍价里只能砍一刀。'
  ]
}

/** { activity, products, rules } of an answer. */
const view = (activity) => ({ activity, products: goods.products(activity.items), rules: rules(activity) })

/** SKU → key of the bargain that runs for it, of the shopper's own. */
function running(rows, activity) {
  const found = rows.filter((row) => row.activity === activity && row.state === 'OPEN')
  return Object.fromEntries(found.map((row) => [row.sku, row.key]))
}

module.exports = { view, running }
