import { registerAdapters } from '../adapters.js'
import { askWhoItIs } from './phone-login.js'

/** A shop in a browser outside WeChat: who the shopper is says a code sent to a phone. */
registerAdapters('h5', {
  login: askWhoItIs,
  checkSession: () => ({}),
  getPhoneNumber: (_, shell) => onlyInWechat(shell, '请在微信小程序里更换手机号'),
  chooseAddress: (_, shell) => onlyInWechat(shell, '请手动填写地址'),
  requestSubscribeMessage: ({ tmplIds = [] }) => Object.fromEntries(tmplIds.map((id) => [id, 'reject'])),
  contact: call,
  openCustomerServiceChat: call,
})

function onlyInWechat({ overlays }, words) {
  overlays.toast({ title: words, icon: 'none' })
  throw new Error('cancel')
}

/** @param {any} _ @param {import('../shell.js').Shell} shell */
async function call(_, { config, overlays }) {
  const { servicePhone } = config.login
  if (!servicePhone) {
    overlays.toast({ title: '店铺没有留下客服电话', icon: 'none' })
    return {}
  }
  const answer = await overlays.modal({ title: '客服电话', content: servicePhone, confirmText: '拨打' })
  if (answer.confirm) await window.wx.makePhoneCall({ phoneNumber: servicePhone })
  return {}
}
