import fs from 'node:fs'
import path from 'node:path'
import { closeMiniProgram, loadMiniProgram, plain } from '../testing.js'
import { copyFixture } from './copies.mjs'

const EVENTS = [
  'submit',
  'reset',
  'change',
  'input',
  'confirm',
  'scrolltolower',
  'getphonenumber',
  'columnchange',
  'cancel',
]
const HANDLERS = EVENTS.map((name) => ` bind${name}="note"`).join('')
const PAGE = `Page({
  data: { seen: [] },
  note(e) { this.setData({ seen: this.data.seen.concat([[e.type, e.detail.value === undefined ? e.detail.errMsg || '' : e.detail.value]]) }) },
})`

/**
 * Starts a page that notes the events of the element with a star.
 * @param {any} context of the test @param {string} body its WXML
 * @param {{ wxs?: string, config?: any, json?: any, answer?: (url: string, init: any) => any }} [options]
 */
export async function show(context, body, { wxs, config = { mode: 'test' }, json, answer } = {}) {
  const app = copyFixture(context, {})
  fs.writeFileSync(path.join(app, 'pages/mine/mine.js'), PAGE)
  fs.writeFileSync(path.join(app, 'pages/mine/mine.wxml'), body.replace(' *', HANDLERS))
  if (json) fs.writeFileSync(path.join(app, 'pages/mine/mine.json'), JSON.stringify(json))
  if (wxs) fs.writeFileSync(path.join(app, 'pages/mine/move.wxs'), wxs)
  const window = await loadMiniProgram(app, { config, answer, hash: '#/pages/mine/mine' })
  context.after(() => closeMiniProgram(window))
  const query = (selector) => window.__mp.top().view.querySelector(selector)
  return { window, query, seen: () => plain(window.__mp.data().seen), tap: (selector) => window.__mp.tap(selector) }
}
