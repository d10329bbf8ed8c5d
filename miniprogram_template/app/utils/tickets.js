/** Coupons in words. */

const money = require('./money')
const time = require('./time')

const plain = (fen) => money.yuan(fen).replace(/\.?0+$/, '')

/** What stands large on a coupon: { sign, big, unit }. */
function face({ kind, value, share_bp: share }) {
  if (kind === 'PERCENT') return { sign: '', big: String((10000 - share) / 1000), unit: '折' }
  if (kind === 'FREIGHT' && !value) return { sign: '', big: '免', unit: '运费' }
  return { sign: '¥', big: plain(value), unit: kind === 'FREIGHT' ? '运费' : '' }
}

/** What it is good for, in a line. */
const rule = (coupon) => coupon.summary + (coupon.is_limited ? '，限部分商品' : '')

/** When what can be claimed is good. */
function validity(offer) {
  if (offer.days_valid) return offer.days_after ? `领取 ${offer.days_after} 天后生效，有效 ${offer.days_valid} 天` : `领取后 ${offer.days_valid} 天内有效`
  if (!offer.valid_until) return ''
  return offer.valid_from ? `${time.minute(offer.valid_from)} 至 ${time.minute(offer.valid_until)}` : `${time.minute(offer.valid_until)} 前有效`
}

/** When a member's coupon is good, by the server's time. */
const until = (coupon, now) => (Date.parse(coupon.starts_at) > Date.parse(now) ? `${time.minute(coupon.starts_at)} 起可用` : `${time.minute(coupon.ends_at)} 到期`)

/** What one may do with what can be claimed: { act: "claim", "use" or "", words }. */
function way({ is_mine: mine, can_claim: able }) {
  if (able) return { act: 'claim', words: mine ? '再领一张' : '领取' }
  return mine ? { act: 'use', words: '去使用' } : { act: '', words: '已领完' }
}

/** An offer as it is painted. */
const offer = (each) => ({ ...each, face: face(each), rule: rule(each), when: validity(each), way: way(each), left: each.left_percent !== null && each.left_percent < 100 && each.can_claim ? `还剩 ${each.left_percent}%` : '' })

/** A member's coupon as it is painted. */
const own = (each, now) => ({ ...each, face: face(each), rule: rule(each), when: until(each, now) })

module.exports = { face, rule, validity, until, way, offer, own }
