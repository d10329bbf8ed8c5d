import { registerAdapters } from '../adapters.js'

/** Where parcels of the preview go: nowhere. */
const EXAMPLE = {
  userName: '张三',
  telNumber: '13800138000',
  provinceName: '浙江省',
  cityName: '杭州市',
  countyName: '西湖区',
  detailInfo: '文三路 1 号（示例地址）',
  postalCode: '310012',
  nationalCode: '330106',
}

/** The preview in the back office: a staff member looks at the shop as a shopper, and nothing of it counts. */
registerAdapters('preview', {
  login: (_, { config }) => ({ code: config.preview.ticket }),
  checkSession: () => ({}),
  requestPayment: pay,
  chooseAddress: () => ({ ...EXAMPLE }),
  requestSubscribeMessage: ({ tmplIds = [] }) => Object.fromEntries(tmplIds.map((id) => [id, 'accept'])),
  getPhoneNumber: (_, shell) => refuse(shell, '预览里没有手机号'),
  contact: (_, shell) => refuse(shell, '预览里不能联系客服'),
  openCustomerServiceChat: (_, shell) => refuse(shell, '预览里不能联系客服'),
})

/** Asks, then tells the server to take the trial order as paid. */
async function pay({ sandbox, number }, { config, overlays }) {
  if (!sandbox) throw new Error('not supported')
  const answer = await overlays.modal({ title: '模拟支付', content: '这是预览，不会真的付款', confirmText: '支付' })
  if (!answer.confirm) throw new Error('cancel')
  const response = await fetch(`${config.ext.api}/orders/${number}/sandbox-pay`, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: sandbox }),
  })
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  return {}
}

function refuse({ overlays }, title) {
  overlays.toast({ title, icon: 'none' })
  throw new Error('cancel')
}
