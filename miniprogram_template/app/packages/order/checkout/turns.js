/** Where something cannot be bought as it was chosen: what is said, and the way on. */

const baskets = require('../../../services/basket')

const GROUPS = '/packages/marketing/my-groups/my-groups'
const WORDS = { group: ['来晚了一步', '自己开团'], joined: ['已经在拼团里了', '去看看'], back: ['现在不能这样买', '返回'] }

function asked(title, content, confirmText) {
  return new Promise((resolve) => {
    wx.showModal({ title, content, confirmText, cancelText: '再看看', success: ({ confirm }) => resolve(confirm), fail: () => resolve(false) })
  })
}

/** Tell it, and go on if that is wanted; `again` begins the checkout anew. True when `way` was one of these. */
async function turnedAway({ way, message }, again) {
  if (!WORDS[way]) return false
  const [title, onwards] = WORDS[way]
  if (!(await asked(title, message, onwards))) return true
  if (way === 'back') wx.navigateBack({ fail: () => wx.switchTab({ url: '/pages/home/home' }) })
  else if (way === 'joined') wx.redirectTo({ url: GROUPS })
  else {
    baskets.choose('')
    again()
  }
  return true
}

module.exports = { asked, turnedAway }
