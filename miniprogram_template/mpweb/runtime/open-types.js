import { callAdapter } from './adapters.js'
import { shareTop } from './wx/share.js'

/** What a button with an open-type does; its answer comes as an event of the button. */
const ACTIONS = {
  getPhoneNumber: answerByAdapter,
  getRealtimePhoneNumber: answerByAdapter,
  getUserInfo: (shell, name, button) => answer(shell, 'getUserProfile', button, 'getuserinfo'),
  contact: answerByAdapter,
  launchApp: answerByAdapter,
  openSetting: answerByAdapter,
  feedback: answerByAdapter,
  chooseAvatar,
  share: (shell, name, button) => shareTop(shell, button),
  agreePrivacyAuthorization: (shell, name, button) =>
    button.triggerEvent('agreeprivacyauthorization', { errMsg: name + ':ok' }),
}

/** @param {import('./shell.js').Shell} shell @param {string} openType may name several joined by | @param {any} button */
export function openTypes(shell, openType, button) {
  for (const name of openType.split('|')) {
    if (ACTIONS[name]) ACTIONS[name](shell, name, button)
    else button.triggerEvent(name.toLowerCase(), { errMsg: `${name}:fail not supported` })
  }
}

function answerByAdapter(shell, name, button) {
  const adapter = name === 'getRealtimePhoneNumber' ? 'getPhoneNumber' : name
  return answer(shell, adapter, button, name.toLowerCase(), name)
}

async function answer(shell, adapter, button, event, name = adapter) {
  const detail = await callAdapter(shell, adapter, button.data).then(
    (result) => ({ errMsg: name + ':ok', ...result }),
    (error) => ({ errMsg: `${name}:fail ${error.message}` }),
  )
  button.triggerEvent(event, detail)
}

async function chooseAvatar(shell, name, button) {
  const { tempFiles } = await window.wx.chooseMedia({ count: 1 }).catch(() => ({ tempFiles: [] }))
  if (tempFiles.length) button.triggerEvent('chooseavatar', { avatarUrl: tempFiles[0].tempFilePath })
}
