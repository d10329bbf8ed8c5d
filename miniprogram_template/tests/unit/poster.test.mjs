import assert from 'node:assert/strict'
import test from 'node:test'
import drawing from '../../app/components/poster/drawing.js'
import { component, phone } from './fakes.mjs'
import { until } from './pages.mjs'

const POSTER = '../../app/components/poster/poster.js'
const wide = (text) => [...text].length * 10

test('a title is broken into lines, and the last one is cut', () => {
  assert.deepEqual(drawing.wrapped('纯棉四件套', wide, 30, 2), ['纯棉四', '件套'])
  assert.deepEqual(drawing.wrapped('一二三四五六七', wide, 30, 2), ['一二三', '四五…'])
  assert.deepEqual(drawing.wrapped('一二三', wide, 30, 1), ['一二三'])
  assert.deepEqual(drawing.wrapped('', wide, 30, 2), [''])
  assert.deepEqual(drawing.wrapped('a😀b😀', wide, 20, 2), ['a😀', 'b😀'])
})

test('of a picture the middle square is shown', () => {
  assert.deepEqual(drawing.square({ width: 300, height: 100 }), { x: 100, y: 0, side: 100 })
  assert.deepEqual(drawing.square({ width: 100, height: 300 }), { x: 0, y: 100, side: 100 })
})

/** A canvas that notes what is drawn; pictures whose address holds "broken" do not load. */
function canvas() {
  const drawn = { texts: [], images: [] }
  const context = {
    measureText: (text) => ({ width: wide(text) }),
    fillRect() {},
    fillText: (text) => drawn.texts.push(text),
    drawImage: (image, ...place) => drawn.images.push([image.source, place.slice(-4)])
  }
  return {
    drawn,
    getContext: () => context,
    createImage() {
      const image = { width: 800, height: 800 }
      Object.defineProperty(image, 'src', { set: (source) => { image.source = source; setImmediate(source.includes('broken') ? image.onerror : image.onload) } })
      return image
    }
  }
}

const product = { key: 'p1', title: '四件套', price: 39900 }
const answers = (code) => ({ path }) => {
  if (path === '/bootstrap') return { statusCode: 200, data: { shop: { name: '阿婆的店' } } }
  return path === '/products/p1/code' ? code : { statusCode: 404, data: {} }
}

function poster(code, values = {}) {
  const wx = phone(answers(code))
  const node = canvas()
  wx.canvasToTempFilePath = ({ success }) => success({ tempFilePath: 'poster.jpg' })
  const one = component(POSTER, { product, picture: 'a.jpg', ...values })
  wx.createSelectorQuery = () => ({ in: () => ({ select: () => ({ fields: () => ({ exec: (done) => done([{ node }]) }) }) }) })
  return { one, wx, node }
}

const FOUND = { statusCode: 200, data: { picture: 'code.png' } }

test('a poster shows picture, price, title, shop and code', async () => {
  const { one, node } = poster(FOUND)
  await one.draw()
  assert.deepEqual([one.data.state, one.data.path, node.width, node.height], ['ready', 'poster.jpg', 750, 1080])
  assert.deepEqual(node.drawn.texts, ['¥399.00', '四件套', '阿婆的店', '微信扫一扫购买'])
  assert.deepEqual(node.drawn.images, [['a.jpg', [0, 0, 750, 750]], ['code.png', [500, 790, 210, 210]]])
})

test('a product without a picture has a poster all the same', async () => {
  const { one, node } = poster(FOUND, { picture: '' })
  await one.draw()
  assert.deepEqual([one.data.state, node.drawn.images.map(([source]) => source)], ['ready', ['code.png']])
})

test('without a code, or with a picture that does not come, nothing is drawn and it is said why', async () => {
  const refused = poster({ statusCode: 409, data: { code: 'code_refused', message: '小程序还没有发布，暂时没有小程序码' } })
  await refused.one.draw()
  assert.deepEqual([refused.one.data.state, refused.one.data.message], ['error', '小程序还没有发布，暂时没有小程序码'])
  const broken = poster(FOUND, { picture: 'broken.jpg' })
  await broken.one.draw()
  assert.deepEqual([broken.one.data.state, broken.one.data.message, broken.node.drawn.texts], ['error', '图片没有加载出来', []])
})

/** Save a poster; the album answers with `failure`, or takes it. Tells what was shown. */
async function saved(failure, confirm = true) {
  const { one, wx } = poster(FOUND)
  await one.draw()
  const seen = { settings: 0, modals: 0, files: [] }
  wx.openSetting = () => (seen.settings += 1)
  wx.showModal = ({ success }) => {
    seen.modals += 1
    success({ confirm })
  }
  wx.saveImageToPhotosAlbum = ({ filePath, success, fail, complete }) => {
    seen.files.push(filePath)
    if (failure) fail({ errMsg: `saveImageToPhotosAlbum:fail ${failure}` })
    else success()
    complete()
  }
  one.onSave()
  await until(() => !one.data.busy)
  return { ...seen, told: wx.told, events: one.events.map(([name]) => name) }
}

test('a poster is saved, and closes', async () => {
  assert.deepEqual(await saved(''), { settings: 0, modals: 0, files: ['poster.jpg'], told: ['已保存'], events: ['close'] })
})

test('who refused the album is led to the settings, who cancels is left alone', async () => {
  const refused = { files: ['poster.jpg'], told: [], events: [] }
  assert.deepEqual(await saved('auth deny'), { settings: 1, modals: 1, ...refused })
  assert.deepEqual(await saved('auth denied', false), { settings: 0, modals: 1, ...refused })
  assert.deepEqual(await saved('cancel'), { settings: 0, modals: 0, ...refused })
  assert.deepEqual((await saved('system error')).told, ['没有保存成功，请重试'])
})
