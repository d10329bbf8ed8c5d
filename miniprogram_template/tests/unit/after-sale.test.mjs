import assert from 'node:assert/strict'
import test from 'node:test'
import model from '../../app/packages/order/after-sale/model.js'

const line = (place, values = {}) => ({ line: place, sku: `s${place}`, title: '被', quantity: 3, total: 1000, after_sale_units: 3, ...values })
const order = (lines, values = {}) => ({ status: 'TO_SHIP', freight: 800, lines, ...values })
const AT = '2026-11-22T06:05:00Z'

test('what may be asked back is listed, the tapped line or the only one chosen', () => {
  const two = order([line(1), line(2), line(3, { after_sale_units: 0 })])
  assert.deepEqual(model.lines(two, '2').map(({ line: place, on }) => [place, on]), [[1, false], [2, true]])
  assert.equal(model.lines(order([line(1)]))[0].on, true)
})

test('part of a line brings its share, the last units all that is left', () => {
  const one = order([line(1)], { status: 'COMPLETED' })
  const amount = (units, values) => model.amount(order([line(1, values)], { status: 'COMPLETED' }), [{ ...model.lines(order([line(1, values)]))[0], units }])
  assert.equal(amount(1), 333)
  assert.equal(amount(2), 667)
  assert.equal(model.amount(one, model.lines(one)), 1000)
  assert.equal(amount(2, { after_sale_units: 2 }), 667) // 333 went back before
})

test('the freight comes with the last units of an order of which nothing was sent', () => {
  const whole = order([line(1)])
  assert.equal(model.amount(whole, model.lines(whole)), 1800)
  const sent = order([line(1)], { status: 'SHIPPED' })
  assert.equal(model.amount(sent, model.lines(sent)), 1000)
  const part = model.lines(order([line(1), line(2)]), '1')
  assert.equal(model.amount(order([line(1), line(2)]), part), 1000)
})

test('nothing chosen, no reason and pictures on their way are obstacles', () => {
  const rows = model.lines(order([line(1)]))
  assert.equal(model.obstacle([{ on: false }], { reason: 'WRONG' }), '请勾选要退款的商品')
  assert.equal(model.obstacle(rows, { reason: '' }), '请选择退款原因')
  assert.equal(model.obstacle(rows, { reason: 'WRONG', busy: true }), '图片还在上传，请稍等')
  assert.equal(model.obstacle(rows, { reason: 'WRONG', busy: false }), '')
})

test('the body holds what is chosen', () => {
  const rows = [{ on: true, line: 2, units: 1 }, { on: false, line: 1, units: 1 }]
  const said = model.body('N1', rows, { reason: 'LATE', description: ' 等很久 ', pictures: [{ key: 'k' }] })
  assert.deepEqual(said, { order: 'N1', lines: [{ line: 2, quantity: 1 }], reason: 'LATE', description: '等很久', pictures: ['k'] })
})

test('each state shows how far it is', () => {
  const steps = (state, values = {}) => model.painted({ state, reason: 'LATE', created_at: AT, decided_at: null, ended_at: null, ...values }).steps.map((step) => [step.text, step.done])
  assert.deepEqual(steps('APPLIED'), [['提交申请', true], ['商家同意', false], ['退款到账', false]])
  assert.deepEqual(steps('REFUNDING', { decided_at: AT }).map(([, done]) => done), [true, true, false])
  assert.deepEqual(steps('DONE', { decided_at: AT, ended_at: AT }).map(([, done]) => done), [true, true, true])
  assert.deepEqual(steps('REJECTED', { decided_at: AT, ended_at: AT })[1], ['商家没有同意', true])
  assert.deepEqual(steps('CANCELLED', { ended_at: AT })[1], ['已撤销', true])
  assert.equal(model.painted({ state: 'NEW', reason: '?', created_at: AT }).text, '处理中')
})
