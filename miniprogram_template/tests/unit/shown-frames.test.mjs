import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { plain, waitFor } from '../../mpweb/testing.js'
import { product, settled } from './fakes.mjs'
import { loaded } from './mounted.mjs'

const SHEET = 'components/sheet/sheet'
const PRIVACY = 'components/privacy/privacy'
const STATE = 'components/state/state'
const MORE = 'components/more/more'
const RATING = 'components/rating/rating'
const REVIEW = 'components/review/review'
const LIST = 'components/review-list/review-list'
const FILTERS = 'components/filter-panel/filter-panel'
const QUICK = 'components/quick-add/quick-add'
const SKUS = 'components/sku-sheet/sku-sheet'

const server = { asked: [], answer: () => ({}) }
const app = await loaded((path) => {
  server.asked.push(path)
  return server.answer(path)
})
const { mount, told } = app
after(app.close)

/** What the shop answers in this test, and what it is asked. */
function answering(answer) {
  server.asked = []
  server.answer = answer
  told.splice(0)
  return server.asked
}

test('a sheet that is closed is not there; an open one is a dialog with its title', () => {
  const sheet = mount(SHEET, { title: '筛选' })
  assert.equal(sheet.all('.panel').length, 0)
  sheet.set({ open: true })
  assert.deepEqual([sheet.spoken('.panel'), sheet.spoken('.close'), sheet.words('.title')], [['dialog', '筛选'], ['button', '关闭'], ['筛选']])
})

test('the shade and the cross ask to close, what is inside does not', () => {
  const sheet = mount(SHEET, { open: true })
  const heard = sheet.heard('close')
  sheet.tap('.title')
  assert.equal(heard().length, 0)
  sheet.tap('.shade')
  sheet.tap('.close')
  assert.deepEqual([heard().length, sheet.all('.panel').length], [2, 1], 'its owner closes it')
})

/** A platform that asks whoever listened last. */
function guarded(t) {
  const platform = { ask: null, answers: [] }
  t.mock.method(app.wx, 'onNeedPrivacyAuthorization', (heard) => {
    platform.ask = () => heard((answer) => platform.answers.push(plain(answer)))
  })
  t.mock.method(app.wx, 'getPrivacySetting', ({ success }) => success({ privacyContractName: '《织野隐私指引》' }))
  return platform
}

test('consent is asked for when a call needs it, and told to all who wait', (t) => {
  const platform = guarded(t)
  const privacy = mount(PRIVACY)
  assert.equal(privacy.all('.panel').length, 0)
  platform.ask()
  platform.ask()
  assert.deepEqual([privacy.spoken('.panel'), privacy.words('.link'), privacy.words('wx-button')], [['dialog', '用户隐私保护提示'], ['《织野隐私指引》'], ['不同意', '同意']])
  privacy.fire('#agree', 'agreeprivacyauthorization')
  assert.deepEqual([platform.answers, privacy.all('.panel').length], [Array(2).fill({ event: 'agree', buttonId: 'agree' }), 0])
})

test('who refuses, closes or leaves the page has refused', (t) => {
  for (const act of [(one) => one.tap('wx-button:not(#agree)'), (one) => one.tap('.close'), (one) => one.release()]) {
    const platform = guarded(t)
    const privacy = mount(PRIVACY)
    platform.ask()
    act(privacy)
    assert.deepEqual(platform.answers, [{ event: 'disagree' }])
    t.mock.restoreAll()
  }
})

test('a page that is shown again is the one that asks', (t) => {
  const platform = guarded(t)
  const below = mount(PRIVACY)
  const above = mount(PRIVACY)
  above.release()
  below.page('show')
  platform.ask()
  assert.equal(below.all('.panel').length, 1)
})

test('the guidelines are read on their own page', (t) => {
  const opened = []
  t.mock.method(app.wx, 'openPrivacyContract', () => opened.push(1))
  const platform = guarded(t)
  const privacy = mount(PRIVACY)
  platform.ask()
  privacy.tap('.link')
  assert.deepEqual([opened, platform.answers], [[1], []])
})

test('waiting shows as many bones as asked for, and says so', () => {
  const waiting = mount(STATE, {})
  assert.deepEqual([waiting.all('.bone').length, waiting.spoken('.skeleton')], [4, ['status', '正在加载']])
  for (const count of [0, 1, 12]) assert.equal(mount(STATE, { count }).all('.bone').length, count)
})

test('nothing and a failure have their drawings, words and a way on', () => {
  const empty = mount(STATE, { kind: 'empty', text: '还没有订单', hint: '去逛逛吧', action: '去首页' })
  const heard = empty.heard('act')
  assert.deepEqual([empty.words('.words'), empty.words('.note'), empty.words('.button'), empty.spoken('.state')[0]], [['还没有订单'], ['去逛逛吧'], ['去首页'], 'status'])
  assert.match(empty.attributes('img', 'src')[0], /state-empty\.png$/)
  empty.tap('.button')
  assert.equal(heard().length, 1)
  const failed = mount(STATE, { kind: 'error', text: '加载失败' })
  assert.match(failed.attributes('img', 'src')[0], /state-error\.png$/)
  assert.deepEqual([failed.words(), failed.all('.note, .button').length], [['加载失败'], 0])
})

test('the end of a list waits, is over or is tried again', () => {
  const more = mount(MORE, {})
  const heard = more.heard('again')
  assert.deepEqual(more.words(), [''])
  for (const [state, words, role, times] of [['loading', '正在加载…', 'status', 0], ['end', '没有更多了', 'status', 0], ['error', '没有加载出来，点这里重试', 'button', 1]]) {
    more.set({ state })
    more.tap('.end')
    assert.deepEqual([more.words('.end'), more.spoken('.end')[0], heard().length], [[words], role, times])
  }
})

for (const [value, full] of [[0, 0], [0.4, 0], [2.5, 3], [4.6, 5], [5, 5]]) {
  test(`${value} stars are ${full} full ones and read out as one picture`, () => {
    const rating = mount(RATING, { value, label: '平均' })
    assert.deepEqual([rating.all('.on').length, rating.spoken('.stars'), rating.attributes('.star', 'aria-label')], [full, ['img', `平均 ${value} 星，满分 5 星`], Array(5).fill(null)])
  })
}

const said = (values) => ({ key: 'r', author: '小*', created_at: '2026-11-21T16:00:00Z', score: 5, content: '很软', tags: [], pictures: [], options: '', reply: '', addition: null, ...values })
const picture = (name) => ({ url: `/${name}.webp`, thumbnail: `/${name}-s.webp` })

test('a review shows who, when, how many stars and what; the day is the shop’s', () => {
  const review = mount(REVIEW, { review: said({ options: '白 / 大', tags: ['质量好', '柔软'] }) })
  assert.deepEqual([review.words('.author'), review.words('.note'), review.words('.said'), review.words('.tag'), review.spoken('.stars')[1]], [['小*'], ['2026-11-22', '白 / 大'], ['很软'], ['质量好', '柔软'], '评分 5 星，满分 5 星'])
  assert.equal(review.all('.reply, .added, .pictures').length, 0)
})

test('a review without words says so, one that is not there says nothing', () => {
  assert.deepEqual(mount(REVIEW, { review: said({ content: '' }) }).words('.note'), ['2026-11-22', '没有写评价'])
  assert.deepEqual(mount(REVIEW, {}).words(), [''])
})

test('the shop’s answer and what was added stand below, pictures are seen large', (t) => {
  const seen = []
  t.mock.method(app.wx, 'previewImage', ({ urls, current }) => seen.push([...urls], current))
  const addition = { created_at: '2026-12-01T10:00:00+08:00', content: '洗了也不变形', pictures: [picture('c')] }
  const review = mount(REVIEW, { review: said({ pictures: [picture('a'), picture('b')], reply: '谢谢', addition }) })
  assert.deepEqual([review.words('.reply'), review.words('.added .note'), review.words('.added .said')], [['商家回复：谢谢'], ['2026-12-01 追加'], ['洗了也不变形']])
  assert.deepEqual(review.attributes('.picture', 'aria-label'), ['评价图片 1，看大图', '评价图片 2，看大图', '追评图片 1，看大图'])
  review.tap('.picture[data-index="1"]')
  review.tap('.added .picture')
  assert.deepEqual(seen, [['/a.webp', '/b.webp'], '/b.webp', ['/c.webp'], '/c.webp'])
  review.set({ review: said({ addition: { ...addition, content: '', pictures: [] } }) })
  assert.deepEqual([review.all('.picture').length, review.all('.added .said').length], [0, 0])
})

const summary = { count: 3, average: 4.7, stars: { 5: 2, 4: 1 }, pictured: 0, tags: [] }
const reviews = (keys, values = {}) => ({ count: 3, next: null, results: keys.map((key) => said({ key, content: key })), summary, ...values })

test('a list of reviews shows two, all of them on demand, and its filters as radio buttons', async () => {
  answering(() => reviews(['a', 'b', 'c']))
  const list = mount(LIST, { product: 'p1' })
  assert.equal(list.words('.line')[0], '正在加载评价…')
  await waitFor(() => list.all('.said').length === 2)
  assert.deepEqual([list.words('.title'), list.words('.average'), list.words('.said'), list.words('.all')], [['评价 3'], ['4.7'], ['a', 'b'], ['查看全部 3 条评价']])
  assert.deepEqual([list.attributes('.touch', 'aria-label'), list.attributes('.touch', 'aria-checked'), list.attributes('.chips', 'role')], [['全部，3 条', '5 星，2 条', '4 星，1 条'], ['true', 'false', 'false'], ['radiogroup']])
  list.tap('.all')
  assert.deepEqual([list.words('.said'), list.all('.all').length], [['a', 'b', 'c'], 0])
})

test('no reviews, and a filter that fits none, have their words', async () => {
  answering(() => reviews([], { count: 0, summary: { ...summary, count: 0, average: null, stars: {} } }))
  const none = mount(LIST, { product: 'p1' })
  await waitFor(() => none.words('.line')[0] === '还没有评价')
  assert.deepEqual([none.words('.title'), none.all('.chips, .average').length], [['评价'], 0])
  answering((path) => reviews(path.includes('score=4') ? [] : ['a']))
  const some = mount(LIST, { product: 'p1' })
  await waitFor(() => some.all('.said').length)
  some.tap('.touch[data-value="4"]')
  await waitFor(() => some.words('.line')[0] === '没有符合条件的评价')
  assert.deepEqual(some.attributes('.touch', 'aria-checked'), ['false', 'false', 'true'])
})

test('reviews that did not come are asked for again by a tap', async () => {
  const asked = answering(() => ({ status: 404, body: { code: 'not_found', message: '没有找到' } }))
  const list = mount(LIST, { product: 'p1' })
  await waitFor(() => list.words('.line')[0] === '评价没有加载出来，点这里重试')
  assert.deepEqual([list.spoken('.line')[0], told], ['button', []])
  answering(() => reviews(['a']))
  list.tap('.line')
  await waitFor(() => list.all('.said').length === 1)
  assert.equal(asked.length, 1)
})

test('a next page follows on demand', async () => {
  answering((path) => (path.includes('page=2') ? reviews(['d']) : reviews(['a', 'b', 'c'], { count: 4, next: '/2' })))
  const list = mount(LIST, { product: 'p1' })
  await waitFor(() => list.all('.all').length)
  list.tap('.all')
  assert.deepEqual(list.words('.all'), ['更多评价'])
  list.tap('.all')
  await waitFor(() => list.all('.said').length === 4)
  assert.equal(list.all('.all').length, 0)
})

const facets = { categories: [{ key: 'c', name: '床品', count: 2 }], brands: [], attributes: [{ name: '材质', values: [{ value: '棉', count: 1 }] }], in_stock: 7 }
const base = { keyword: '被', category: '', brand: '', attributes: {}, inStock: false, least: '', most: '' }

test('an open filter panel shows what there is to choose, and tells what was chosen', async () => {
  const asked = answering(() => facets)
  const panel = mount(FILTERS, { filters: { ...base, least: '10' }, base: { keyword: '被' } })
  const heard = panel.heard('apply', 'close')
  assert.deepEqual([panel.all('.panel').length, asked.length], [0, 0])
  panel.set({ open: true })
  await waitFor(() => panel.all('.choice').length === 2)
  assert.deepEqual([panel.attributes('[role="radiogroup"]', 'aria-label'), panel.attributes('.choice', 'aria-label'), panel.words('.note')], [['分类', '材质'], ['床品，2 件', '棉，1 件'], [' 7 件商品', '到']])
  assert.deepEqual([panel.attributes('.price input', 'aria-label'), panel.all('.price input').map((field) => field.value)], [['最低价', '最高价'], ['10', '']])
  panel.tap('.choice[data-value="棉"]')
  panel.fire('wx-switch', 'change', { value: true })
  panel.fire('[data-end="most"]', 'input', { value: '99' })
  panel.tap('.main')
  const [[name, { filters }]] = heard()
  assert.deepEqual([name, filters.attributes, filters.inStock, filters.least, filters.most], ['apply', { 材质: '棉' }, true, '10', '99'])
  assert.match(asked.at(-1), /in_stock=true/)
})

test('clearing a filter panel leaves nothing chosen, closing it tells nothing', async () => {
  answering(() => facets)
  const panel = mount(FILTERS, { filters: { ...base, least: '10', inStock: true }, base: {} })
  const heard = panel.heard('apply', 'close')
  panel.set({ open: true })
  panel.tap('.foot .button:not(.main)')
  panel.tap('.close')
  assert.deepEqual(heard().map(([name]) => name), ['close'])
  panel.tap('.main')
  assert.deepEqual(heard()[1][1].filters, { category: '', brand: '', attributes: {}, inStock: false, least: '', most: '' })
})

test('facets that do not come leave the prices to choose', async () => {
  answering(() => ({ status: 404, body: {} }))
  const panel = mount(FILTERS, { filters: base, base: {} })
  panel.set({ open: true })
  for (let round = 0; round < 9; round++) await settled()
  assert.deepEqual([panel.all('.choice').length, panel.all('.price').length, told], [0, 2, []])
})

test('a SKU sheet says of each value whether it is chosen, missing or sold out', () => {
  const sheet = mount(SKUS, { product: product(), open: true, mode: 'buy' })
  const heard = sheet.heard('buy', 'add')
  assert.deepEqual([sheet.attributes('[role="radiogroup"]', 'aria-label'), sheet.attributes('.value[role]', 'role'), sheet.words('.words')], [['颜色', '尺寸'], Array(4).fill('radio'), ['请选择 颜色、尺寸']])
  sheet.tap('[data-value="红"]')
  assert.deepEqual([sheet.attributes('.value[role]', 'aria-label'), sheet.attributes('.value[role]', 'aria-checked'), sheet.attributes('.value[role]', 'aria-disabled')], [
    ['蓝', '红，已售罄', '小，已售罄', '大'], ['false', 'true', 'false', 'false'], ['false', 'false', 'false', 'true']
  ])
  sheet.tap('[data-value="蓝"]')
  sheet.tap('[data-value="大"]')
  sheet.tap('.more')
  sheet.tap('.main')
  assert.deepEqual([sheet.words('.words'), heard()], [['已选 蓝 / 大'], [['buy', { sku: 'b', quantity: 2, form: {}, options: { 颜色: '蓝', 尺寸: '大' }, product: 'p1' }]]])
})

test('what a SKU sheet is for decides its buttons, what is sold out has none to press', () => {
  const buttons = (mode, values) => mount(SKUS, { product: product(values), open: true, mode }).words('.foot .button')
  assert.deepEqual(['both', 'add', 'buy', 'change'].map((mode) => buttons(mode)), [['加入购物车', '立即购买'], ['加入购物车'], ['确定'], ['确定']])
  const gone = mount(SKUS, { product: product({ sold_out: true }), open: true })
  const heard = gone.heard('add', 'buy')
  assert.deepEqual([gone.words('.wrong'), gone.spoken('.wrong')[0], gone.attributes('.foot .button', 'aria-disabled')], [['已售罄'], 'status', ['true', 'true']])
  gone.instance.onAdd()
  assert.deepEqual(heard(), [])
})

test('a product that comes after its list was left opens nothing and is not watched', async (t) => {
  const sockets = []
  t.mock.method(app.wx, 'connectSocket', () => sockets.push(1))
  for (const leave of [(one) => one.release(), (one) => one.page('hide')]) {
    let come
    const asked = answering(() => new Promise((resolve) => (come = resolve)))
    const quick = mount(QUICK)
    const adding = quick.instance.add('p1')
    await waitFor(() => come)
    leave(quick)
    come(product())
    await adding
    assert.deepEqual([quick.instance.data.open, quick.all('.panel').length, asked], [false, 0, ['/products/p1']])
    await waitFor(() => !quick.instance.data.busy)
  }
  assert.deepEqual(sockets, [])
})

test('a second tap while the first is on its way asks nothing; then the sheet opens', async () => {
  const asked = answering((path) => (path === '/products/p1' ? product() : []))
  const quick = mount(QUICK)
  await Promise.all([quick.instance.add('p1'), quick.instance.add('p2')])
  assert.deepEqual([asked.filter((path) => path.startsWith('/products/p') && !/stock|activities/.test(path)), quick.all('.panel').length], [['/products/p1'], 1])
  quick.tap('.close')
  assert.equal(quick.all('.panel').length, 0)
  quick.release()
})
