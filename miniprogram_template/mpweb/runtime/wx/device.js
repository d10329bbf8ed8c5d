import { createApis } from './call.js'

/** Clipboard, telephone, vibration and place, as far as a browser has them. */
export function deviceApis(shell) {
  return createApis({
    async setClipboardData({ data }) {
      await navigator.clipboard.writeText(data)
      shell.overlays.toast({ title: '内容已复制' })
      return { data }
    },
    getClipboardData: async () => ({ data: await navigator.clipboard.readText() }),
    makePhoneCall: ({ phoneNumber }) =>
      Object.assign(document.createElement('a'), { href: `tel:${phoneNumber}` }).click(),
    vibrateShort: () => void navigator.vibrate?.(15),
    vibrateLong: () => void navigator.vibrate?.(400),
    scanCode: () => askForCode(shell),
    getLocation: locate,
    getFuzzyLocation: locate,
    openLocation: notSupported,
    hideKeyboard: () => void (/** @type {HTMLElement} */ (document.activeElement)?.blur()),
    loadFontFace: ({ family, source, desc }) => loadFont(family, source, desc),
    getBatteryInfo: notSupported,
    setScreenBrightness: notSupported,
    setKeepScreenOn: () => ({}),
    startAccelerometer: notSupported,
    openBluetoothAdapter: notSupported,
  })
}

/** A browser has no scanner that works everywhere: the text of the code is typed. */
async function askForCode({ overlays }) {
  const answer = await overlays.modal({ title: '输入码的内容', editable: true })
  if (!answer.confirm) throw new Error('cancel')
  return { result: answer.content, scanType: 'QR_CODE', charSet: 'UTF-8', path: '' }
}

function locate() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error('not supported'))
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          latitude: coords.latitude,
          longitude: coords.longitude,
          accuracy: coords.accuracy,
          speed: coords.speed ?? -1,
        }),
      (error) => reject(new Error(error.message)),
    )
  })
}

async function loadFont(family, source, description) {
  const face = await new FontFace(family, source, description).load()
  document.fonts.add(face)
  return { status: 'loaded' }
}

function notSupported() {
  throw new Error('not supported')
}
