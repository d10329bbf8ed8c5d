/** An address out of one pasted text, as people send it in a chat: name, phone, region and street in any order. */

const LABELS = /(?:收货人|收件人|联系人|姓名|名字|手机号码?|手机|联系电话|联系方式|电话号码|电话|所在地区|所在省市|地区|详细地址|收货地址|收件地址|街道地址|地址)\s*[:：]/g
const PHONE = /(?:^|[^\d])((?:(?:\+|00)?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-\d{7,8}(?:-\d{1,6})?))(?!\d)/
const BETWEEN = /[\s,，;；、|。]+/
const STREET = /[\d#（(]|[路街道巷弄号室楼栋幢村镇区县市省]$/
const CITY = /^[^\d\s路街道巷弄号]{1,11}?(?:自治州|地区|盟|市)/
const DISTRICT = /^[^\d\s路街道巷弄号村镇乡]{1,12}?(?:自治县|自治旗|(?:[^小园社])区|县|市|旗)/
const LONGEST = { text: 500, name: 20 }
const SINGLE = ['北京', '上海', '天津', '重庆']
const ENDINGS = {
  内蒙古: '自治区', 西藏: '自治区', 广西: '壮族自治区', 宁夏: '回族自治区', 新疆: '维吾尔自治区', 香港: '特别行政区', 澳门: '特别行政区'
}
const PLAIN = '河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾'.split(' ')
const PROVINCES = [
  ...SINGLE.map((short) => ({ short, full: `${short}市` })),
  ...Object.keys(ENDINGS).map((short) => ({ short, full: short + ENDINGS[short] })),
  ...PLAIN.map((short) => ({ short, full: `${short}省` }))
]

const isName = (piece) => piece.length <= LONGEST.name && !STREET.test(piece)

/** Where a province begins in a piece: at its start by any name, behind other words by its full name; -1 nowhere. */
function provinceAt(piece) {
  if (PROVINCES.some(({ short }) => piece.startsWith(short))) return 0
  const places = PROVINCES.map(({ full }) => piece.indexOf(full)).filter((place) => place > 0)
  return places.length ? Math.min(...places) : -1
}

function takeProvince(text) {
  const found = PROVINCES.find(({ short }) => text.startsWith(short))
  if (!found) return { province: '', rest: text }
  const name = text.startsWith(found.full) ? found.full : found.short
  return { province: found.full, rest: text.slice(name.length).trim() }
}

function takeCity(province, text) {
  if (SINGLE.includes(province.slice(0, 2))) return { city: province, rest: text.startsWith(province) ? text.slice(province.length).trim() : text }
  const found = CITY.exec(text)
  return found ? { city: found[0], rest: text.slice(found[0].length).trim() } : { city: '', rest: text }
}

function placed(place) {
  const { province, rest } = takeProvince(place)
  if (!province && !CITY.test(place)) return { province: '', city: '', district: '', detail: place }
  const { city, rest: behind } = takeCity(province, rest)
  const district = (DISTRICT.exec(behind) || [''])[0]
  return { province, city, district, detail: behind.slice(district.length).trim() }
}

/** The pieces of a text, a name glued to a province parted from it. */
function parted(text) {
  const pieces = text.split(BETWEEN).map((piece) => piece.replace(/^[:：.]+|[:：.]+$/g, '')).filter(Boolean)
  return pieces.reduce((all, piece) => {
    const at = provinceAt(piece)
    return at > 0 ? [...all, piece.slice(0, at), piece.slice(at)] : [...all, piece]
  }, [])
}

const isRegion = (piece) => provinceAt(piece) === 0 || CITY.test(piece)

function nameOf(pieces) {
  const start = pieces.findIndex(isRegion)
  const before = pieces.slice(0, start < 0 ? pieces.length : start).find(isName)
  if (before !== undefined || start < 0) return before || ''
  const last = pieces[pieces.length - 1]
  return pieces.length - 1 > start && isName(last) ? last : ''
}

/** { name, phone, province, city, district, detail } of a text, "" for what it lacks. */
function read(text) {
  const bare = text.slice(0, LONGEST.text).replace(LABELS, '\n')
  const phone = PHONE.exec(bare)
  const pieces = parted(phone ? bare.replace(phone[1], '\n') : bare)
  const name = nameOf(pieces)
  const place = pieces.filter((piece) => piece !== name).join(' ')
  const number = phone ? phone[2] : ''
  return { name, phone: number.startsWith('0') ? number : number.replace(/[- ]/g, ''), ...placed(place) }
}

module.exports = { read }
