/** Pictures a shopper adds to a review or an after-sale request. */

const { settings } = require('./settings')
const { fromAnswer, fromSilence } = require('./errors')
const session = require('./session')
const { absolute } = require('../utils/media')

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
        if (answer.statusCode === 201 && data) resolve(absolute(data, settings().api))
        else reject(fromAnswer({ statusCode: answer.statusCode, data, header: {} }))
      },
      fail: (failure) => reject(fromSilence(failure))
    })
  })
}

/** Let the shopper choose up to `count` pictures; resolves with their paths on the phone, none when he thought better. */
function pick(count) {
  return new Promise((resolve) => {
    const success = ({ tempFiles }) => resolve(tempFiles.map((file) => file.tempFilePath))
    wx.chooseMedia({ count, mediaType: ['image'], sizeType: ['compressed'], success, fail: () => resolve([]) })
  })
}

/** Let the shopper choose up to `count` pictures and send them one after the other. */
async function choose(count) {
  const sent = []
  for (const path of await pick(count)) sent.push(await send(path))
  return sent
}

module.exports = { send, pick, choose }
