/** Pictures a shopper adds to a review or an after-sale request. */

const { settings } = require('./settings')
const { fromAnswer, fromSilence } = require('./errors')
const session = require('./session')

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch (_error) {
    return null
  }
}

/** Send one file; resolves with { key, url, width, height }, rejects with an ApiError. */
async function send(path) {
  await session.ensure()
  return new Promise((resolve, reject) => {
    wx.uploadFile({
      url: `${settings().api}/uploads/pictures`,
      filePath: path,
      name: 'file',
      header: { Authorization: `Bearer ${session.token()}` },
      success: (answer) => {
        const data = parsed(answer.data)
        if (answer.statusCode === 201 && data) resolve(data)
        else reject(fromAnswer({ statusCode: answer.statusCode, data, header: answer.header }))
      },
      fail: (failure) => reject(fromSilence(failure))
    })
  })
}

/** Let the shopper choose up to `count` pictures and send them one after the other. */
async function choose(count) {
  const { tempFiles } = await new Promise((resolve, reject) => {
    wx.chooseMedia({ count, mediaType: ['image'], sizeType: ['compressed'], success: resolve, fail: reject })
  })
  const sent = []
  for (const file of tempFiles) sent.push(await send(file.tempFilePath))
  return sent
}

module.exports = { send, choose }
