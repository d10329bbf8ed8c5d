import { registerAdapters } from '../adapters.js'

/**
 * Simulations for tests. Codes begin with `sim:`, and a server must refuse those unless it was told otherwise.
 * A build with --without-test-adapters has none of this.
 */
registerAdapters('test', {
  login: (_, { config }) => ({ code: `sim:${config.test.name || 'customer'}` }),
  checkSession: () => ({}),
  getPhoneNumber: (_, { config }) => ({ code: `sim:${config.test.phone || config.test.name || 'customer'}` }),
  getUserProfile: (_, { config }) => ({
    userInfo: { nickName: config.test.name || 'customer', avatarUrl: '' },
    rawData: '{}',
  }),
  requestPayment: pay,
  chooseAddress: (_, { config }) => required(config.test.address, 'address'),
  chooseLocation: (_, { config }) => required(config.test.location, 'location'),
  requestSubscribeMessage: chooseSubscriptions,
  requestMerchantTransfer: () => ({}),
  openCustomerServiceChat: (_, shell) => notify(shell, '客服会话'),
  contact: (_, shell) => notify(shell, '客服会话'),
  navigateToMiniProgram: ({ appId }, shell) => notify(shell, `打开小程序 ${appId}`),
})

/** Asks, then tells the server that the money came; WeChat Pay would notify it by itself. */
async function pay(options, { config, overlays }) {
  const answer = await overlays.modal({ title: '模拟支付', content: '测试环境不会真的付款', confirmText: '支付' })
  if (!answer.confirm) throw new Error('cancel')
  if (!config.test.paymentUrl) return {}
  const response = await fetch(config.test.paymentUrl, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ package: options.package, nonceStr: options.nonceStr, timeStamp: options.timeStamp }),
  })
  if (!response.ok) throw new Error((await response.text()) || `payment simulation answered ${response.status}`)
  return {}
}

async function chooseSubscriptions({ tmplIds = [] }, { overlays }) {
  const answer = await overlays.modal({
    title: '订阅消息',
    content: tmplIds.join('\n'),
    confirmText: '允许',
    cancelText: '拒绝',
  })
  return Object.fromEntries(tmplIds.map((id) => [id, answer.confirm ? 'accept' : 'reject']))
}

function required(value, name) {
  if (!value) throw new Error(`config.test.${name} is not set`)
  return value
}

function notify({ overlays }, title) {
  overlays.toast({ title, icon: 'none' })
  return {}
}
