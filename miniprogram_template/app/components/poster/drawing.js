/** A poster of a product on a 2D canvas: picture, price, title, shop and WeChat's code. */

const money = require('../../utils/money')

const WIDTH = 750
const HEIGHT = 1080
const EDGE = 40
const CODE = 210
const TITLE = { size: 36, line: 52, most: 3, top: 880, width: WIDTH - 3 * EDGE - CODE }

/** Lines of at most `width`, the last of `most` cut with an ellipsis; `measure(text)` tells how wide a text is. */
function wrapped(text, measure, width, most) {
  const lines = ['']
  for (const letter of text.trim()) {
    const longer = lines[lines.length - 1] + letter
    if (measure(longer) <= width) lines[lines.length - 1] = longer
    else if (lines.length < most) lines.push(letter)
    else {
      lines[most - 1] = shortened(lines[most - 1], measure, width)
      break
    }
  }
  return lines
}

function shortened(line, measure, width) {
  let kept = line
  while (kept && measure(`${kept}…`) > width) kept = kept.slice(0, -1)
  return `${kept}…`
}

/** The middle square of a picture: { x, y, side }. */
function square({ width, height }) {
  const side = Math.min(width, height)
  return { x: (width - side) / 2, y: (height - side) / 2, side }
}

function loaded(canvas, source) {
  return new Promise((resolve, reject) => {
    const image = canvas.createImage()
    image.onload = () => resolve(image)
    image.onerror = () => reject(new Error('图片没有加载出来'))
    image.src = source
  })
}

function write(context, text, x, y, { size, colour, bold = false }) {
  context.font = `${bold ? 'bold ' : ''}${size}px sans-serif`
  context.fillStyle = colour
  context.fillText(text, x, y)
}

function paintPicture(context, image) {
  context.fillStyle = '#efefeb'
  context.fillRect(0, 0, WIDTH, WIDTH)
  if (!image) return
  const { x, y, side } = square(image)
  context.drawImage(image, x, y, side, side, 0, 0, WIDTH, WIDTH)
}

function paintWords(context, { title, price, name }) {
  write(context, `¥${money.yuan(price)}`, EDGE, 830, { size: 52, colour: '#b3261e', bold: true })
  context.font = `${TITLE.size}px sans-serif`
  const lines = wrapped(title, (text) => context.measureText(text).width, TITLE.width, TITLE.most)
  lines.forEach((line, index) => write(context, line, EDGE, TITLE.top + 10 + index * TITLE.line, { size: TITLE.size, colour: '#1f1f1c' }))
  const [shown] = wrapped(name, (text) => context.measureText(text).width, TITLE.width, 1)
  write(context, shown, EDGE, HEIGHT - EDGE, { size: 28, colour: '#6b6b66' })
}

/** Paint { title, price (fen), name, picture, code } (addresses of pictures; a product may have none). */
async function paint(canvas, poster) {
  const [picture, code] = await Promise.all([poster.picture ? loaded(canvas, poster.picture) : null, loaded(canvas, poster.code)])
  Object.assign(canvas, { width: WIDTH, height: HEIGHT })
  const context = canvas.getContext('2d')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, WIDTH, HEIGHT)
  paintPicture(context, picture)
  paintWords(context, poster)
  const left = WIDTH - EDGE - CODE
  context.drawImage(code, left, 790, CODE, CODE)
  context.textAlign = 'center'
  write(context, '微信扫一扫购买', left + CODE / 2, HEIGHT - EDGE, { size: 26, colour: '#6b6b66' })
}

module.exports = { paint, wrapped, square }
