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

function upload(path, started) {
  return new Promise((resolve, reject) => {
    const task = wx.uploadFile({
      url: `${settings().api}/uploads/pictures`,
      filePath: path,
      name: 'file',
      header: { Authorization: `Bearer ${session.token()}` },
      success: (answer) => {
        const data = parsed(answer.data)
        if (answer.statusCode === 201 && data) resolve({ ...absolute(data, settings().api), path: data.url })
        else reject(fromAnswer({ statusCode: answer.statusCode, data, header: {} }))
      },
      fail: (failure) => reject(fromSilence(failure))
    })
    started(task)
  })
}

/**
 * Send one file; resolves with { key, url, path, width, height }, rejects with an ApiError.
 *
 * `path` is the picture as the API knows it, the same wherever the shop is served from.
 * `started` gets the platform's task, whose `abort()` ends it. A session that ended is renewed, once.
 */
async function send(path, started = () => {}) {
  await session.ensure()
  const used = session.token()
  try {
    return await upload(path, started)
  } catch (error) {
    if (error.status !== 401) throw error
    await session.renew(used)
    return upload(path, started)
  }
}

/** Let the shopper choose up to `count` pictures; resolves with their paths on the phone, none when he thought better. */
function pick(count) {
  return new Promise((resolve) => {
    const success = ({ tempFiles }) => resolve(tempFiles.map((file) => file.tempFilePath))
    wx.chooseMedia({ count, mediaType: ['image'], sizeType: ['compressed'], success, fail: () => resolve([]) })
  })
}

module.exports = { send, pick }
