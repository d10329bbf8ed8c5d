/** The goods of an activity as they are chosen: products, and the SKUs of each. */

/** [{ key, title, cover, skus: [{ key, options, price, normal, off }] }] of the items of an activity; `off` is what cannot be bought. */
function products(items) {
  const found = new Map()
  items.forEach((item) => {
    const { key, title, cover } = item.product
    if (!found.has(key)) found.set(key, { key, title, cover, skus: [] })
    found.get(key).skus.push({ key: item.sku, options: item.options, price: item.price, normal: item.normal_price, off: item.sold_out })
  })
  return [...found.values()]
}

/** The product and the SKU to begin with: those asked for, else the first that can be bought, else the first. */
function chosen(all, product, sku) {
  const there = all.find((each) => each.key === product) || all.find((each) => each.skus.some((one) => !one.off)) || all[0]
  if (!there) return { product: null, sku: null }
  const own = there.skus.find((one) => one.key === sku && !one.off)
  return { product: there, sku: own || there.skus.find((one) => !one.off) || there.skus[0] }
}

module.exports = { products, chosen }
