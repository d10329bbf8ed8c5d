import assert from 'node:assert/strict'
import test from 'node:test'
import address from '../../app/packages/member/address/model.js'
import footprints from '../../app/packages/member/footprints/model.js'
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
