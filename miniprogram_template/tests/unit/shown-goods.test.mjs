import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { waitFor } from '../../mpweb/testing.js'
import { loaded } from './mounted.mjs'

const PRICE = 'components/price/price'
const PICTURE = 'components/picture/picture'
const CARD = 'components/product-card/product-card'
const GALLERY = 'components/gallery/gallery'
const COUNTDOWN = 'components/countdown/countdown'
const ORDER_LINE = 'packages/order/components/order-line/order-line'

const LABELS = [{ product: 'cheap', tools: ['limited_discount', 'group_buy'], price: 29900, normal_price: 39900 }]
const app = await loaded((path) => (path.startsWith('/activities/labels') ? LABELS : []))
const { mount } = app
after(app.close)

const row = (values) => ({ key: 'p1', title: '四件套', cover: '/c.webp', price: 39900, list_price: 49900, sold_out: false, tags: [], sales: 0, subtitle: '', ...values })

for (const [values, words, spoken] of [
  [{}, '¥0', '0.00 元'],
  [{ fen: 0 }, '¥0', '0.00 元'],
  [{ fen: 5 }, '¥0.05', '0.05 元'],
  [{ fen: 39900, list: 49900 }, '¥399¥499.00', '399.00 元'],
  [{ fen: 39900, list: 39900 }, '¥399', '399.00 元'],
  [{ fen: 1250, list: 900, from: true }, '¥12.50 起', '12.50 元'],
  [{ fen: 99999999999 }, '¥999999999.99', '999999999.99 元']
]) {
  test(`price ${JSON.stringify(values)} is ${words}`, () => {
    const price = mount(PRICE, values)
    assert.deepEqual([price.words('.price'), price.spoken('.price')], [[words], [null, spoken]])
  })
}

test('a price follows its product and has its size', () => {
  const price = mount(PRICE, { fen: 100, list: 200, size: 'l' })
  assert.deepEqual([price.all('.l').length, price.words('.was')], [1, ['¥2.00']])
  price.set({ fen: 200 })
  assert.deepEqual([price.words('.price'), price.spoken('.price')[1]], [['¥2'], '2.00 元'])
})

test('a picture keeps its frame: waiting, there, failed, another one', () => {
  const picture = mount(PICTURE, { src: '/a.webp', alt: '蓝色', ratio: 56 })
  const heard = picture.heard('load')
  assert.deepEqual([picture.all('.there').length, picture.attributes('.frame', 'style'), picture.attributes('img', 'alt')], [0, ['padding-top: 56%'], ['蓝色']])
  picture.fire('.image', 'load', { width: 8, height: 6 })
  assert.deepEqual([picture.all('.there').length, heard()], [1, [['load', { width: 8, height: 6 }]]])
  picture.fire('.image', 'error')
  assert.deepEqual([picture.words('.gone'), picture.spoken('.gone'), picture.all('img').length], [['图片暂时看不了'], [null, '蓝色'], 0])
  picture.set({ src: '/b.webp' })
  assert.deepEqual([picture.all('.gone').length, picture.all('.there').length, picture.all('img').length], [0, 0, 1])
})

test('a picture of a page that is not alive yet is there without having told so, in a card too', () => {
  for (const [name, values] of [[PICTURE, { src: '/a.webp' }], [CARD, { product: row() }]]) {
    assert.deepEqual([mount(name, values).all('[class$="--there"], .there').length, mount(name, { ...values, still: true }).all('[class$="--there"], .there').length], [0, 1])
  }
})

test('a card shows what its product costs now and what runs for it; another product in it has its own', async () => {
  const card = mount(CARD, { product: row({ key: 'cheap', tags: [{ name: '新品' }] }) })
  await waitFor(() => card.all('.deal').length)
  assert.deepEqual([card.words('.tag'), card.words('.price')], [['限时折扣', '拼团', '新品'], ['¥299¥399.00']])
  card.set({ product: row({ key: 'dear' }) })
  assert.deepEqual([card.words('.tag'), card.words('.price')], [[], ['¥399¥499.00']])
})

test('no picture is an empty frame, as null too', () => {
  for (const src of ['', null]) assert.deepEqual([mount(PICTURE, { src }).all('img').length, mount(PICTURE, { src }).words()], [0, ['']])
})

test('a card tells what there is of its product', () => {
  const card = mount(CARD, { product: row({ tags: [{ name: '新品' }, { name: '包邮' }], subtitle: '柔软', sales: 1234567 }) })
  assert.deepEqual([card.words('.tag'), card.words('.name'), card.words('.note')], [['新品', '包邮'], ['四件套'], ['柔软', '已售 1234567']])
  assert.deepEqual([card.spoken('.card-tile'), card.spoken('.add')], [['link', '四件套'], ['button', '加入购物车：四件套']])
  assert.deepEqual([mount(CARD, { product: row() }).all('.tags').length, mount(CARD, { product: row(), layout: 'line' }).all('.card-line').length], [0, 1])
})

test('what is sold out says so and cannot be added, nor what its list does not let be added', () => {
  const gone = mount(CARD, { product: row({ sold_out: true }) })
  assert.deepEqual([gone.words('.sold-out'), gone.all('.add').length, gone.spoken('.card-tile')[1]], [['已售罄'], 0, '四件套，已售罄'])
  assert.equal(mount(CARD, { product: row(), addable: false }).all('.add').length, 0)
})

test('a tap opens the product, a tap on plus asks for it and does not open it', (t) => {
  const went = []
  t.mock.method(app.wx, 'navigateTo', ({ url }) => went.push(url))
  const card = mount(CARD, { product: row() })
  const heard = card.heard('add')
  card.tap('.add')
  assert.deepEqual([heard(), went], [[['add', { key: 'p1' }]], []])
  card.tap('.card-tile')
  assert.deepEqual([heard().length, went], [1, ['/pages/product/product?key=p1']])
})

const pictures = [{ large: '/1.webp', jpeg: '/1.jpg' }, { large: '/2.webp', jpeg: '' }]

test('a gallery counts its video as a page, one picture needs no count, none says so', () => {
  const whole = mount(GALLERY, { pictures, video: '/v.mp4', alt: '四件套' })
  assert.deepEqual([whole.words('.place'), whole.spoken('.frame')[1], whole.attributes('.place', 'aria-hidden')], [['1 / 3'], '商品图片，共 3 张', ['true']])
  assert.deepEqual([whole.spoken('.video')[1], whole.attributes('.picture', 'aria-label'), whole.attributes('.picture', 'role')], ['四件套 视频', ['四件套 图 1，看大图', '四件套 图 2，看大图'], ['button', 'button']])
  assert.equal(mount(GALLERY, { pictures: pictures.slice(1) }).all('.place').length, 0)
  assert.deepEqual(mount(GALLERY, { pictures: [] }).words('.nothing'), ['还没有图片'])
})

test('a turned page is counted and stops the video, fewer pictures bring the count back', (t) => {
  let paused = 0
  t.mock.method(app.window.HTMLMediaElement.prototype, 'pause', () => (paused += 1))
  const gallery = mount(GALLERY, { pictures, video: '/v.mp4' })
  gallery.fire('.pages', 'change', { current: 2 })
  assert.deepEqual([gallery.words('.place'), paused], [['3 / 3'], 1])
  gallery.set({ video: '' })
  assert.deepEqual(gallery.words('.place'), ['2 / 2'])
  gallery.fire('.pages', 'change', { current: 0 })
  assert.deepEqual([gallery.words('.place'), paused], [['1 / 2'], 1])
})

test('a video is driven by its name, one that is not there does nothing', (t) => {
  const acts = []
  const { prototype } = app.window.HTMLMediaElement
  for (const name of ['play', 'pause']) t.mock.method(prototype, name, () => acts.push(name))
  t.mock.setter(prototype, 'currentTime', (seconds) => acts.push(seconds))
  const gallery = mount(GALLERY, { pictures, video: '/v.mp4' })
  acts.splice(0)
  for (const id of ['video', 'none']) {
    const video = app.wx.createVideoContext(id, gallery.instance)
    video.play()
    video.seek(7)
    video.pause()
    video.stop()
  }
  assert.deepEqual(acts, ['play', 7, 'pause', 0, 'pause'])
})

test('a picture is seen large, in the form every phone shows', (t) => {
  const seen = []
  t.mock.method(app.wx, 'previewImage', ({ urls, current }) => seen.push([...urls], current))
  mount(GALLERY, { pictures }).tap('[data-index="1"]')
  assert.deepEqual(seen, [['/1.jpg', '/2.webp'], '/2.webp'])
})

/** A clock that is moved by hand: the app's intervals and its time. */
function clockwork(t) {
  const { window } = app
  const state = { now: Date.parse('2026-11-22T12:00:00Z'), beats: new Map(), next: 1 }
  t.mock.method(window.Date, 'now', () => state.now)
  t.mock.method(window, 'setInterval', (beat) => {
    state.beats.set(state.next, beat)
    return state.next++
  })
  t.mock.method(window, 'clearInterval', (id) => state.beats.delete(id))
  state.pass = (seconds) => {
    state.now += seconds * 1000
    ;[...state.beats.values()].forEach((beat) => beat())
  }
  return state
}

test('what is left is counted down, told once when it is over, and then no timer runs', (t) => {
  const clock = clockwork(t)
  const left = mount(COUNTDOWN, { until: '2026-11-22T12:01:01Z' })
  const heard = left.heard('over')
  assert.deepEqual([left.words(), left.spoken('.left')[0], clock.beats.size], [['01:01'], 'timer', 1])
  clock.pass(2)
  assert.deepEqual([left.words(), heard()], [['00:59'], []])
  clock.pass(59)
  assert.deepEqual([left.words(), heard().length, clock.beats.size], [['00:00'], 1, 0])
  left.page('show')
  assert.deepEqual([heard().length, clock.beats.size], [1, 0], 'nor again when the page comes back')
  left.set({ until: '2026-11-22T14:01:01Z' })
  assert.deepEqual([left.words(), clock.beats.size], [['2:00:00'], 1], 'another moment is counted anew')
})

test('a countdown rests while its page is hidden and ends with it; without a moment there is none', (t) => {
  const clock = clockwork(t)
  const left = mount(COUNTDOWN, { until: '2026-11-22T12:01:00Z' })
  left.page('hide')
  assert.equal(clock.beats.size, 0)
  left.page('show')
  left.page('show')
  assert.equal(clock.beats.size, 1)
  left.release()
  assert.equal(clock.beats.size, 0)
  assert.deepEqual([mount(COUNTDOWN, { until: '' }).words(), clock.beats.size], [[''], 0])
})

test('a line of an order shows what it has, and no more', () => {
  const line = mount(ORDER_LINE, { line: { title: '碗', options: '白 / 大', picture: '/b.webp', unit_price: 0, quantity: 3 }, problem: '库存不足' })
  assert.deepEqual([line.words('.note'), line.words('.wrong'), line.spoken('.wrong')[0], line.words('.price')], [['白 / 大', '× 3'], ['库存不足'], 'alert', ['¥0']])
  const bare = mount(ORDER_LINE, { line: { title: '碗' } })
  assert.deepEqual([bare.words(), bare.all('.note, .wrong, .price').length], [['碗'], 0])
  assert.deepEqual(mount(ORDER_LINE, {}).words(), [''])
})

test('a line says in what activity it is bought', () => {
  const line = mount(ORDER_LINE, { line: { title: '碗', activity: { tool: 'flash_sale', key: 'a' } } })
  assert.deepEqual(line.words('.bought'), ['秒杀'])
  line.set({ line: { title: '碗', activity: { tool: 'other', key: 'a' } } })
  assert.equal(line.all('.bought').length, 0)
})
