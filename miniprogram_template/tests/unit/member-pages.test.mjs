import assert from 'node:assert/strict'
import test from 'node:test'
import address from '../../app/packages/member/address/model.js'
import footprints from '../../app/packages/member/footprints/model.js'

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

test('a day that goes on on the next page stays one day', () => {
  const joined = footprints.joined([{ day: '2026-11-22', products: [1] }], [{ day: '2026-11-22', products: [2] }, { day: '2026-11-21', products: [3] }])
  assert.deepEqual(joined, [{ day: '2026-11-22', products: [1, 2] }, { day: '2026-11-21', products: [3] }])
})
