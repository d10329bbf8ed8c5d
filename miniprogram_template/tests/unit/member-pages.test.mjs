import assert from 'node:assert/strict'
import test from 'node:test'
import address from '../../app/packages/member/address/model.js'
import footprints from '../../app/packages/member/footprints/model.js'
import members from '../../app/services/members.js'
import session from '../../app/services/session.js'
import { phone } from './fakes.mjs'
import { page, tapped, until } from './pages.mjs'

test('what was read fills the form and empties nothing', () => {
  const form = { ...address.pick({}), name: '李四', detail: '旧' }
  assert.deepEqual(address.filled(form, { name: '', phone: '13800138000', detail: '新' }), { ...form, phone: '13800138000', detail: '新' })
})

test('an address of WeChat fits the form', () => {
  const said = { userName: '李四', telNumber: '1', provinceName: '浙江省', cityName: '杭州市', countyName: '西湖区', detailInfo: '文三路' }
  assert.deepEqual(address.fromWechat(said), { name: '李四', phone: '1', province: '浙江省', city: '杭州市', district: '西湖区', detail: '文三路' })
})

test('a refusal stands at its field, that of a region at the picker', () => {
  const wrong = address.mistakes({ status: 422, detail: { city: ['在江苏省'], phone: ['请填写'] } })
  assert.deepEqual(wrong, { name: '', phone: '请填写', region: '在江苏省', detail: '' })
  assert.equal(address.mistakes({ status: 422, detail: { district: ['请填写区、县'] } }).region, '请填写区、县')
  assert.equal(address.mistakes({ status: 0, detail: {} }).name, '')
})

const seen = (...keys) => keys.map((footprint) => ({ footprint, key: `p${footprint}`, title: '碗', price: 900 }))
const numbered = (from, to) => seen(...Array.from({ length: to - from + 1 }, (_none, index) => from + index))

test('a day that goes on on the next page stays one day, and nothing is shown twice', () => {
  const joined = footprints.joined([{ day: '2026-11-22', products: seen(1, 2) }], [{ day: '2026-11-22', products: seen(2, 3) }, { day: '2026-11-21', products: seen(4) }])
  assert.deepEqual(joined, [{ day: '2026-11-22', products: seen(1, 2, 3) }, { day: '2026-11-21', products: seen(4) }])
  assert.deepEqual(footprints.without(joined, 4), [{ day: '2026-11-22', products: seen(1, 2, 3) }])
})

/** A shop that keeps footprints 1 … `last`, newest first, all of one day. */
function keeper(last) {
  let rows = numbered(1, last)
  return phone(({ method, path }) => {
    if (method === 'DELETE') {
      const gone = path === '/footprints/404' ? 404 : 204
      rows = path === '/footprints' ? [] : rows.filter((row) => path !== `/footprints/${row.footprint}`)
      return { statusCode: gone, data: gone === 404 ? { message: '没有找到' } : undefined }
    }
    const number = Number(/[?&]page=(\d+)/.exec(path)[1])
    const page = rows.slice((number - 1) * 20, number * 20)
    return { statusCode: 200, data: { count: rows.length, next: rows.length > number * 20 ? '/next' : null, results: page.length ? [{ day: '2026-11-22', products: page }] : [] } }
  })
}

test('single footprints go, and none that follows is skipped', async () => {
  keeper(45)
  const list = page('../../app/packages/member/footprints/footprints.js')
  await until(() => list.data.state === 'ready')
  list.onEdit()
  for (const footprint of [1, 2, 3]) await list.onRemove(tapped({ footprint }))
  assert.deepEqual(list.data.days[0].products.map((row) => row.footprint), numbered(4, 20).map((row) => row.footprint))
  while (list.data.more !== 'end') {
    list.onReachBottom()
    await until(() => list.data.more !== 'loading')
  }
  assert.deepEqual(list.data.days, [{ day: '2026-11-22', products: numbered(4, 45) }])
})

test('the last footprint leaves an empty page, and while one removes nothing is opened', async () => {
  const wx = keeper(1)
  const list = page('../../app/packages/member/footprints/footprints.js')
  await until(() => list.data.state === 'ready')
  list.onEdit()
  list.onOpen(tapped({ key: 'p1' }))
  await list.onRemove(tapped({ footprint: 404 }))
  assert.equal(list.data.days.length, 1)
  await list.onRemove(tapped({ footprint: 1 }))
  assert.deepEqual([list.data.days, list.data.editing], [[], false])
  assert.deepEqual(wx.told.filter((each) => each.startsWith('/')), [])
})

test('what is added to a review must say something, and is sent once', async () => {
  let sent = 0
  const wx = phone(({ method, path }) => {
    if (method === 'POST' && path === '/reviews/r1/append') sent += 1
    return { statusCode: 201, data: {} }
  })
  let back = 0
  wx.navigateBack = () => (back += 1)
  const append = page('../../app/packages/member/append/append.js', { key: 'r1', title: encodeURIComponent('100% 棉') })
  assert.equal(append.data.title, '100% 棉')
  await append.onSubmit()
  append.onType({ detail: { value: ' 用了一个月 ' } })
  append.onPictures({ detail: { pictures: [], busy: true } })
  await append.onSubmit()
  assert.deepEqual([sent, wx.told], [0, ['请写下使用后的感受', '图片还在上传，请稍等']])
  append.onPictures({ detail: { pictures: [{ key: 'a' }], busy: false } })
  await Promise.all([append.onSubmit(), append.onSubmit()])
  assert.deepEqual([sent, back], [1, 1])
})

test('what could not be added stays in the field', async () => {
  const wx = phone(() => ({ statusCode: 409, data: { code: 'already_added', message: '已经追评过了' } }))
  wx.navigateBack = () => assert.fail('nothing was added')
  const append = page('../../app/packages/member/append/append.js', { key: 'r1' })
  append.onType({ detail: { value: '好' } })
  await append.onSubmit()
  assert.deepEqual([wx.told, append.data.content, append.data.busy], [['已经追评过了'], '好', false])
})

const FOUND = { name: '张伟', phone: '13800138000', province: '广东省', city: '深圳市', district: '南山区', detail: '科技园' }
const NOTHING = { name: '', phone: '', province: '', city: '', district: '', detail: '你好' }

test('a pasted text fills the form; what holds no address stays where it is', async () => {
  const sent = []
  const wx = phone(({ path, data }) => {
    sent.push([path, data.text])
    return { statusCode: 200, data: data.text === '你好' ? NOTHING : FOUND }
  })
  wx.setNavigationBarTitle = () => {}
  const form = page('../../app/packages/member/address/address.js', {})
  form.onText({ detail: { value: '你好' } })
  await form.onRead()
  assert.deepEqual([form.data.form.detail, form.data.text, wx.told], ['', '你好', ['没有认出地址，请手动填写']])
  form.onText({ detail: { value: '张伟 广东深圳' } })
  await Promise.all([form.onRead(), form.onRead()])
  assert.deepEqual([form.data.form, form.data.text], [FOUND, ''])
  assert.deepEqual(sent, [['/addresses/parse', '你好'], ['/addresses/parse', '张伟 广东深圳']])
})

test('an address that is written for an order is taken for it, with no list between', async () => {
  const wx = phone(({ data }) => ({ statusCode: 201, data: { ...data, key: 'new' } }))
  const said = []
  const steps = []
  Object.assign(wx, { setNavigationBarTitle() {}, navigateBack: ({ delta }) => steps.push(delta), navigateTo: ({ url, events }) => steps.push(url) && events.chosen({ key: 'new' }) })
  const channel = () => ({ emit: (name, what) => said.push([name, what.key]) })
  for (const back of ['', '1', '2']) {
    const form = page('../../app/packages/member/address/address.js', { back })
    form.getOpenerEventChannel = channel
    await form.onSave()
  }
  assert.deepEqual([said, steps], [[['chosen', 'new'], ['chosen', 'new']], [1, 1, 2]])
  const list = page('../../app/packages/member/addresses/addresses.js', { choose: '1' })
  list.getOpenerEventChannel = channel
  list.onNew()
  assert.deepEqual([said.length, steps[3]], [3, '/packages/member/address/address?back=2'])
})

/** A shop that booked `last` changes of the points; the newest is first, and every other one has an order. */
function ledger(last) {
  const state = { last, debt: 0, broken: false }
  const row = (n) => ({ amount: n % 2 ? n : -n, cause: n % 2 ? 'ADJUSTED' : 'SPENT', title: n % 2 ? '商家调整' : '下单抵扣', order: n % 2 ? '' : `N${n}`, note: n % 2 ? '开业礼' : '', at: '2026-11-22T14:05:00+08:00' })
  const wx = phone(({ path }) => {
    if (state.broken) return { statusCode: 403, data: { message: '不行' } }
    const number = Number(/[?&]page=(\d+)/.exec(path)[1])
    const all = Array.from({ length: state.last }, (_none, index) => row(state.last - index))
    return { statusCode: 200, data: { balance: 600, debt: state.debt, count: all.length, next: all.length > number * 20 ? '/next' : null, results: all.slice((number - 1) * 20, number * 20) } }
  })
  wx.stopPullDownRefresh = () => {}
  wx.switchTab = ({ url }) => wx.told.push(url)
  return Object.assign(state, { wx })
}

const POINTS = '../../app/packages/member/points/points.js'

test('points are told with why, page by page, and nothing twice when one is booked meanwhile', async () => {
  const shop = ledger(45)
  const list = page(POINTS)
  await until(() => list.data.status === 'ready')
  const [newest, second] = list.data.rows
  assert.deepEqual([list.data.balance, list.data.debt, newest.change, newest.gain, newest.words, newest.time], [600, 0, '+45', true, '开业礼', '2026-11-22 14:05'])
  assert.deepEqual([second.change, second.gain, second.words, second.title], ['−44', false, '订单 N44', '下单抵扣'])
  shop.last = 46
  for (const length of [39, 45]) {
    list.onReachBottom()
    await until(() => list.data.rows.length === length)
  }
  assert.equal(list.data.more, 'end')
  assert.deepEqual(list.data.rows.map((row) => Math.abs(row.amount)), Array.from({ length: 45 }, (_none, index) => 45 - index))
})

test('a row with an order leads to it, another one nowhere; what is owed is known after coming back', async () => {
  const shop = ledger(3)
  const list = page(POINTS)
  list.onShow()
  await until(() => list.data.status === 'ready')
  list.onOrder(tapped({ order: '' }))
  list.onOrder(tapped({ order: 'N2' }))
  assert.deepEqual(shop.wx.told, ['/packages/order/detail/detail?number=N2'])
  shop.debt = 30
  list.onShow()
  await until(() => list.data.debt === 30)
  shop.last = 4
  await list.onPullDownRefresh()
  assert.equal(list.data.rows.length, 4)
})

test('no points, and points that do not come, are told as such', async () => {
  const shop = ledger(0)
  shop.broken = true
  const list = page(POINTS)
  await until(() => list.data.status === 'error')
  assert.equal(list.data.hint, '不行')
  shop.broken = false
  list.onRetry()
  await until(() => list.data.status === 'empty')
  list.onHome()
  assert.deepEqual(shop.wx.told, ['/pages/home/home'])
})

const KEPT = { token: 't', expiresAt: '2099-01-01T00:00:00+08:00', member: { nickname: '小荔', level: null } }

test('my own page shows the level as it is by now, and leads to the points', async () => {
  const level = { name: '银卡', discount_bp: 500 }
  const wx = phone(({ path }) => {
    if (path === '/me') return { statusCode: 200, data: { nickname: '小荔', level } }
    return { statusCode: path === '/me/counts' ? 200 : 404, data: path === '/me/counts' ? { unpaid: 0, points: 0 } : {} }
  })
  wx.setStorageSync('session', KEPT)
  session.restore()
  const me = page('../../app/pages/me/me.js')
  me.onShow()
  assert.equal(me.data.member.level, null)
  await until(() => me.data.member.level)
  await until(() => me.data.counts.points === 0)
  me.onPoints()
  assert.deepEqual([me.data.member, session.member(), wx.told], [{ nickname: '小荔', level }, { nickname: '小荔', level }, ['/packages/member/points/points']])
  session.forget()
})

test('who logged out while he was asked for stays nobody', async () => {
  const wx = phone(({ path }) => {
    if (path === '/me') session.forget()
    return { statusCode: 200, data: { nickname: '小荔', level: { name: '银卡', discount_bp: 500 } } }
  })
  wx.setStorageSync('session', { ...KEPT, token: 'u' })
  session.restore()
  assert.deepEqual([await members.known(), await members.level(), session.member()], [null, null, null])
})
