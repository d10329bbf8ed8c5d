import assert from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import { plain, waitFor } from '../../mpweb/testing.js'
import { settled } from './fakes.mjs'
import { loaded } from './mounted.mjs'

const STEPPER = 'components/stepper/stepper'
const FIELDS = 'components/form-fields/form-fields'
const UPLOADER = 'components/picture-uploader/picture-uploader'
const STARS = 'packages/order/components/stars/stars'
const ADDRESS = 'packages/order/components/address-card/address-card'

const LOGIN = { token: 't', expires_at: '2099-01-01T00:00:00Z', member: {} }
const app = await loaded((path) => (path === '/auth/wechat-login' ? LOGIN : {}))
const { mount, told } = app
after(app.close)
beforeEach(() => told.splice(0))

/** Type into a field as a person does. */
function type(one, selector, value, then = 'input') {
  const field = one.the(`${selector} .mp-input`)
  field.value = value
  field.dispatchEvent(new app.window.Event('input'))
  if (then !== 'input') field.dispatchEvent(new app.window.Event(then))
}

test('a stepper steps between its ends, says where they are and that it stands at one', () => {
  const stepper = mount(STEPPER, { value: 2, least: 2, most: 3 })
  const heard = stepper.heard('change')
  assert.deepEqual([stepper.spoken('.less'), stepper.spoken('.more'), stepper.attributes('input', 'aria-label')], [['button', '减少一件'], ['button', '增加一件'], ['数量']])
  const ends = () => stepper.attributes('[aria-disabled]', 'aria-disabled')
  assert.deepEqual(ends(), ['true', 'false'])
  stepper.tap('.less')
  assert.deepEqual([heard(), told], [[], ['最少 2 件']])
  stepper.tap('.more')
  assert.deepEqual([heard(), ends(), stepper.the('input').value], [[['change', { value: 3 }]], ['false', 'true'], '3'])
  stepper.tap('.more')
  assert.deepEqual([heard().length, told, stepper.all('.off').length], [1, ['最少 2 件', '最多 3 件'], 1])
})

for (const [typed, value, words] of [
  ['5', 5, []],
  ['007', 7, []],
  ['12', 9, ['最多 9 件']],
  ['99999999999999999999', 9, ['最多 9 件']],
  ['-4', 1, ['最少 1 件']],
  ['0', 1, []],
  ['', 1, []],
  ['abc', 1, []]
]) {
  test(`“${typed}” typed where two stood is ${value}`, async () => {
    const stepper = mount(STEPPER, { value: 2, least: 1, most: 9 })
    const heard = stepper.heard('change')
    await type(stepper, '.value', typed, 'blur')
    assert.deepEqual([heard(), stepper.the('input').value, told], [[['change', { value }]], String(value), words])
  })
}

test('a field that was only visited tells nothing, what is no number is painted over', async () => {
  const stepper = mount(STEPPER, { value: 3, least: 1, most: 3 })
  const heard = stepper.heard('change')
  await type(stepper, '.value', '3', 'blur')
  await type(stepper, '.value', '9', 'blur')
  assert.deepEqual([heard(), stepper.the('input').value, told], [[], '3', ['最多 3 件']])
  stepper.set({ value: 2 })
  assert.equal(stepper.the('input').value, '2')
})

test('with stock below the least order a stepper stays at the least', () => {
  const stepper = mount(STEPPER, { value: 2, least: 2, most: 0 })
  const heard = stepper.heard('change')
  stepper.tap('.more')
  assert.deepEqual([heard(), stepper.the('input').value, told], [[], '2', ['最多 0 件']])
})

const question = (key, kind, values) => ({ key, kind, label: `题${key}`, required: false, hint: '', choices: [], least: null, most: null, is_personal: false, ...values })

test('each kind of question has its field, its keyboard and its length', () => {
  const kinds = ['TEXT', 'NUMBER', 'PHONE', 'ID_NUMBER', 'NEW_KIND']
  const form = mount(FIELDS, { fields: kinds.map((kind, index) => question(String(index), kind)) })
  assert.deepEqual(form.attributes('.mp-input', 'maxlength'), ['200', '12', '11', '18', '200'])
  assert.deepEqual(form.attributes('.mp-input', 'aria-label'), ['题0', '题1', '题2', '题3', '题4'])
  assert.deepEqual(form.attributes('.mp-input', 'placeholder'), Array(5).fill('请填写'))
  assert.deepEqual(form.all('.mp-input').map((field) => [field.tagName, field.inputMode]), [['TEXTAREA', ''], ['INPUT', 'decimal'], ['INPUT', 'numeric'], ['INPUT', 'text'], ['TEXTAREA', '']])
  assert.equal(mount(FIELDS, { fields: [question('a', 'TEXT', { most: 8, hint: '四个字' })] }).attributes('.mp-input', 'maxlength')[0], '8')
})

test('no questions, nothing', () => assert.deepEqual(mount(FIELDS, { fields: [] }).words(), ['']))

test('what must be answered, what is personal and what is wrong is said', () => {
  const form = mount(FIELDS, { fields: [question('a', 'TEXT', { required: true, is_personal: true }), question('b', 'TEXT')] })
  assert.deepEqual([form.words('.must'), form.spoken('.must')[1], form.words('.note')], [[' *'], '必填', ['加密保存，只用于处理这笔订单']])
  form.set({ wrong: { a: '请填写“题a”' } })
  assert.deepEqual([form.words('.wrong'), form.spoken('.wrong')[0], form.all('.note').length], [['请填写“题a”'], 'alert', 0])
})

test('what is typed is told with all that was answered', () => {
  const form = mount(FIELDS, { fields: [question('a', 'TEXT'), question('b', 'NUMBER')], answers: { b: '1' } })
  const heard = form.heard('change')
  type(form, '[data-key="a"]', '福')
  assert.deepEqual(heard(), [['change', { key: 'a', value: '福', answers: { a: '福', b: '1' } }]])
  type(form, '[data-key="b"]', '2')
  assert.deepEqual(heard()[1], ['change', { key: 'b', value: '2', answers: { a: '福', b: '2' } }])
})

test('a date and a choice are picked, and who listens hears what is picked', () => {
  const form = mount(FIELDS, { fields: [question('d', 'DATE'), question('c', 'CHOICE', { choices: ['大', '小'], hint: '选尺寸' })] })
  const heard = form.heard('change')
  const labels = () => form.attributes('[role="button"]', 'aria-label')
  assert.deepEqual([labels(), form.all('.open').length], [['题d：请选择日期', '题c：选尺寸'], 2])
  form.fire('wx-picker[data-key="d"]', 'change', { value: '2026-11-22' })
  form.fire('wx-picker[data-key="c"]', 'change', { value: '1' })
  assert.deepEqual([labels(), form.all('.open').length], [['题d：2026-11-22', '题c：小'], 0])
  assert.deepEqual(heard(), [['change', { key: 'd', value: '2026-11-22', answers: { d: '2026-11-22' } }], ['change', { key: 'c', value: '小', answers: { d: '2026-11-22', c: '小' } }]])
})

test('five stars are radio buttons; the tapped one is told', () => {
  const stars = mount(STARS, { label: '物流速度' })
  const heard = stars.heard('change')
  const on = () => [stars.all('.on').length, stars.attributes('.star', 'aria-checked').indexOf('true')]
  assert.deepEqual([stars.spoken('.stars'), stars.attributes('.star', 'role'), stars.attributes('.star', 'aria-label'), on()], [['radiogroup', '物流速度'], Array(5).fill('radio'), ['1 星', '2 星', '3 星', '4 星', '5 星'], [0, -1]])
  stars.tap('[data-value="4"]')
  assert.deepEqual([heard(), on(), stars.words('.stars')], [[['change', { value: 4 }]], [4, 3], ['★★★★☆']])
  stars.set({ value: 5 })
  assert.deepEqual(on(), [5, 4])
})

const home = { name: '李小荔', phone: '138****8000', province: '广东省', city: '深圳市', district: '南山区', detail: '科技园路 8 号' }

test('an address is told in full, also to who listens; where none is it asks for one', () => {
  const card = mount(ADDRESS, { address: home, choosable: true })
  assert.deepEqual([card.words('.who'), card.words('.where'), card.words('.arrow')], [['李小荔138****8000'], ['广东省深圳市南山区 科技园路 8 号'], ['›']])
  assert.deepEqual(card.spoken('.address'), ['button', '选择收货地址 李小荔 广东省 深圳市 南山区 科技园路 8 号'])
  card.set({ address: { ...home, province: '北京市', city: '北京市', district: '' }, choosable: false })
  assert.deepEqual([card.words('.where'), card.spoken('.address'), card.all('.arrow').length], [['北京市 科技园路 8 号'], ['group', '收货地址 李小荔 北京市 科技园路 8 号'], 0])
  for (const none of [{}, null]) {
    card.set({ address: none, choosable: true })
    assert.deepEqual([card.words('.none'), card.spoken('.address')], [['请添加收货地址'], ['button', '选择收货地址']])
  }
})

test('only an address that may be chosen asks for another one', () => {
  const card = mount(ADDRESS, { address: home })
  const heard = card.heard('choose')
  card.tap('.address')
  assert.deepEqual(heard(), [])
  card.set({ choosable: true })
  card.tap('.address')
  assert.equal(heard().length, 1)
})

/** A phone whose files are `paths`; each upload waits for `sending.get(path)` to be told how it ended. */
function camera(t, ...paths) {
  const sending = new Map()
  const aborted = []
  t.mock.method(app.wx, 'login', ({ success }) => success({ code: 'c' }))
  t.mock.method(app.wx, 'chooseMedia', ({ count, success }) => success({ tempFiles: paths.slice(0, count).map((path) => ({ tempFilePath: path })) }))
  t.mock.method(app.wx, 'uploadFile', ({ filePath, success, fail }) => {
    sending.set(filePath, {
      sent: () => success({ statusCode: 201, data: JSON.stringify({ key: `k${filePath}`, url: `https://x/${filePath}` }) }),
      failed: () => fail({ errMsg: 'uploadFile:fail' })
    })
    return { abort: () => aborted.push(filePath) }
  })
  const way = async (path) => waitFor(() => sending.get(path))
  return { sending, aborted, way }
}

const states = (uploader) => plain(uploader.instance.data.pictures).map(({ path, state }) => `${path} ${state}`)
const last = (heard) => heard().at(-1)[1]

test('pictures are sent one after the other, and told as they arrive', async (t) => {
  const { sending, way } = camera(t, 'a.jpg', 'b.jpg', 'c.jpg')
  const uploader = mount(UPLOADER, { most: 2 })
  const heard = uploader.heard('change')
  assert.deepEqual(uploader.spoken('.add'), ['button', '添加图片'])
  uploader.tap('.add')
  const first = await way('a.jpg')
  assert.deepEqual([states(uploader), last(heard), sending.size], [['a.jpg sending', 'b.jpg sending'], { pictures: [], busy: true }, 1])
  assert.deepEqual([uploader.words('.cover'), uploader.attributes('.remove', 'aria-label'), uploader.attributes('.image', 'aria-label')], [['上传中', '上传中'], ['删除第 1 张图片', '删除第 2 张图片'], ['第 1 张图片，看大图', '第 2 张图片，看大图']])
  first.sent()
  const second = await way('b.jpg')
  assert.deepEqual(last(heard), { pictures: [{ key: 'ka.jpg', url: 'https://x/a.jpg' }], busy: true })
  second.sent()
  await waitFor(() => !last(heard).busy)
  assert.deepEqual([last(heard).pictures.map(({ key }) => key), uploader.all('.cover').length, uploader.all('.add').length], [['ka.jpg', 'kb.jpg'], 0, 0])
})

test('a picture that failed is told and sent again by a tap, one that is there is seen large', async (t) => {
  const { sending, way } = camera(t, 'a.jpg')
  const seen = []
  t.mock.method(app.wx, 'previewImage', ({ current, urls }) => seen.push(current, [...urls]))
  const uploader = mount(UPLOADER, {})
  const heard = uploader.heard('change')
  uploader.tap('.add')
  ;(await way('a.jpg')).failed()
  await waitFor(() => !last(heard).busy)
  assert.deepEqual([states(uploader), last(heard).pictures, told, uploader.words('.cover'), uploader.spoken('.cover')[0], uploader.words('.add')], [['a.jpg failed'], [], ['网络不太好，请检查后重试'], ['点此重传'], 'button', ['+1 / 9']])
  sending.clear()
  uploader.tap('.cover')
  assert.deepEqual(last(heard), { pictures: [], busy: true })
  ;(await way('a.jpg')).sent()
  await waitFor(() => !last(heard).busy)
  uploader.tap('.image')
  assert.deepEqual([states(uploader), seen], [['a.jpg sent'], ['a.jpg', ['a.jpg']]])
})

test('a picture that is taken away is not sent, and its upload is stopped', async (t) => {
  const { sending, aborted, way } = camera(t, 'a.jpg', 'b.jpg', 'c.jpg')
  const uploader = mount(UPLOADER, {})
  const heard = uploader.heard('change')
  uploader.tap('.add')
  const first = await way('a.jpg')
  uploader.tap('.remove[data-index="1"]')
  uploader.tap('.remove[data-index="0"]')
  first.failed()
  ;(await way('c.jpg')).sent()
  await waitFor(() => !last(heard).busy)
  assert.deepEqual([[...sending.keys()], aborted, told, last(heard).pictures.map(({ key }) => key)], [['a.jpg', 'c.jpg'], ['a.jpg'], [], ['kc.jpg']])
})

test('a page that is left stops its uploads and tells nobody', async (t) => {
  const { sending, aborted, way } = camera(t, 'a.jpg', 'b.jpg')
  const uploader = mount(UPLOADER, {})
  const heard = uploader.heard('change')
  uploader.tap('.add')
  const first = await way('a.jpg')
  const { length } = heard()
  uploader.release()
  first.failed()
  for (let round = 0; round < 9; round++) await settled()
  assert.deepEqual([aborted, [...sending.keys()], told, heard().length], [['a.jpg'], ['a.jpg'], [], length])
})

test('who chooses no picture has none', async (t) => {
  camera(t)
  t.mock.method(app.wx, 'chooseMedia', ({ fail }) => fail({ errMsg: 'chooseMedia:fail cancel' }))
  const uploader = mount(UPLOADER, {})
  const heard = uploader.heard('change')
  await uploader.instance.onAdd()
  assert.deepEqual(heard(), [['change', { pictures: [], busy: false }]])
})
