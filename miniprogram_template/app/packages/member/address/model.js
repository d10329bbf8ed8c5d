/** What the form of an address holds and sends. */

const FIELDS = ['name', 'phone', 'province', 'city', 'district', 'detail']

/** The fields of an address alone. */
const pick = (values) => Object.fromEntries(FIELDS.map((name) => [name, values[name] || '']))

/** What was read from a text or WeChat replaces what the form holds, unless it is empty. */
const filled = (form, read) => ({ ...form, ...Object.fromEntries(FIELDS.filter((name) => read[name]).map((name) => [name, read[name]])) })

/** The address that wx.chooseAddress gives. */
const fromWechat = (said) => ({
  name: said.userName, phone: said.telNumber, province: said.provinceName, city: said.cityName, district: said.countyName, detail: said.detailInfo
})

/** Field → what is wrong with it, of the API's refusal; mistakes of the region stand at its one picker. */
function mistakes(error) {
  const said = error.status === 422 ? error.detail : {}
  const at = (name) => [].concat(said[name] || [])[0] || ''
  return { name: at('name'), phone: at('phone'), region: at('province') || at('city') || at('district'), detail: at('detail') }
}

module.exports = { pick, filled, fromWechat, mistakes }
