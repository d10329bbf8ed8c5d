import { defineBuiltins } from './builtins/define.js'
import { resumeEntry } from './adapters/way-back.js'
import { ComponentRegistry } from './components.js'
import { readConfiguration } from './config.js'
import { guarded } from './dom.js'
import { watchLongPress } from './elements.js'
import { createEnvironment } from './environment.js'
import { leavePicture } from './first/keep.js'
import { refuseGhostClicks } from './ghost-clicks.js'
import { watchHover } from './hover.js'
import { keepPictures } from './kept-pictures.js'
import { createMount, tapElement } from './mount.js'
import { Router } from './router.js'
import { Shell } from './shell.js'
import { extendSelectorQuery } from './wx/canvas.js'
import { createWx } from './wx/index.js'
import { wxsEvents } from './wxs-events.js'

/** Starts the mini-program in the current document. @param {import('./shell.js').Package} source */
export function boot(source) {
  const config = readConfiguration(document)
  if (config.mode === 'h5') resumeEntry()
  const shell = new Shell(source, config)
  refuseGhostClicks()
  const environment = createEnvironment(shell)
  watchLongPress()
  watchHover()
  defineBuiltins(environment, shell)
  environment.space.addStyleSheet('app', 'app')
  const registry = new ComponentRegistry(source, environment.space, shell.sheets)
  shell.router = new Router(shell, environment, registry)
  installGlobals(shell, environment, registry)
  const openFirstPage = shell.router.start()
  const app = startApp(shell)
  shell.sheets.append('app')
  guarded(() => app.onLaunch?.(shell.launch))
  guarded(() => app.onShow?.(shell.launch))
  watchVisibility(shell, app)
  openFirstPage()
  leavePicture(shell)
  performance.mark('mp-first-page')
  setTimeout(() => keepPictures(shell)) // the first page's own come first
}

function installGlobals(shell, environment, registry) {
  const { router } = shell
  Object.assign(window, {
    wx: createWx(shell),
    getCurrentPages: () => router.stack.map((page) => page.instance),
    __wxConfig: { pages: shell.source.pages },
    __mpWxs: wxsEvents,
    // for tests: what is seen, and components on their own
    __mp: {
      stack: router.stack,
      top: () => router.top,
      data: () => router.top.instance.data,
      mount: createMount(shell, environment, registry),
      tap: (selector) => tapElement(router.top.view, selector),
    },
  })
  const createQuery = window.wx.createSelectorQuery
  window.wx.createSelectorQuery = () => {
    const query = createQuery()
    extendSelectorQuery(query, shell)
    return query
  }
}

function startApp(shell) {
  let app = {}
  window.App = (definition) => {
    app = definition
  }
  window.getApp = () => app
  shell.source.startApp()
  return app
}

function watchVisibility({ launch, appListeners }, app) {
  document.addEventListener('visibilitychange', () => {
    const state = document.hidden ? 'hide' : 'show'
    guarded(() => (document.hidden ? app.onHide?.() : app.onShow?.(launch)))
    appListeners[state].forEach((listener) => guarded(() => listener(launch)))
  })
}
