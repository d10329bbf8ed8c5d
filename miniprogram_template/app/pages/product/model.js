/** What the page of a product shows. */

const money = require('../../utils/money')

const KINDS = { CARD: '卡密商品，付款后自动发放', SERVICE: '服务商品，付款后凭码使用' }
const MOST_BESIDE = 10

/** Rich text whose pictures and tables are as wide as the page. */
function wide(html) {
  return (html || '')
    .replace(/<img /g, '<img style="display:block;max-width:100%;height:auto;margin:0 auto" ')
    .replace(/<table>/g, '<table style="width:100%;border-collapse:collapse">')
    .replace(/<(td|th)(?=[ >])/g, '<$1 style="border:1px solid #e6e6e1;padding:4px"')
}

/** Pictures of the gallery; a product made by an old import has addresses only. */
function pictures(product) {
  return (product.pictures || []).length ? product.pictures : (product.images || []).map((large) => ({ large, jpeg: large }))
}

/** { product, detail, pictures, from, kind, brand } to paint; the long text travels apart from what changes often. */
function view(answer) {
  const { detail_html: html, ...product } = answer
  return {
    product,
    detail: wide(html),
    pictures: pictures(answer),
    from: answer.skus.some((sku) => sku.price !== answer.price),
    kind: KINDS[answer.kind] || '',
    brand: answer.brand_info && answer.brand_info.name ? answer.brand_info : null
  }
}

/** What a unit costs members of a level: { title, price, from }, or null when that is no less than what it is `sold` for; `key` is the chosen SKU's. */
function memberPrice(product, level, key, sold = product) {
  if (!product || !level || !level.discount_bp) return null
  const sku = product.skus.find((each) => each.key === key)
  const before = sku ? sku.price : product.price
  const price = money.lessShare(before, level.discount_bp)
  const now = sold.skus.find((each) => each.key === key) || sold
  if (price >= now.price) return null
  return { title: `${level.name}会员价`, price, from: !sku && product.skus.some((each) => each.price !== before) }
}

/** Products shown beside one: those the merchant chose first, each once, never itself. */
function beside(product, recommended) {
  const seen = { [product.key]: true }
  const rows = [...(product.related || []), ...recommended].filter((row) => {
    const fresh = !seen[row.key]
    seen[row.key] = true
    return fresh
  })
  return rows.slice(0, MOST_BESIDE)
}

/** The picture that is sent along when a product is shared: no phone shows WebP there. */
const shared = (found) => (found.length ? found[0].jpeg || found[0].large : '')

module.exports = { view, memberPrice, beside, shared, wide }
