import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

const SHELL = path.resolve(import.meta.dirname, '../runtime/shell.css')
const ASSET = /\.(png|jpe?g|gif|svg|webp|ttf|otf|woff2?|mp3|m4a|aac|wav|mp4)$/i

const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'", // style attributes of WXML
  'img-src * data: blob:',
  'media-src * data: blob:',
  'font-src * data:',
  'connect-src * blob:',
  'frame-src https:',
  "object-src 'none'",
  "base-uri 'self'",
].join('; ')

/**
 * Writes the bundle, copies what it loads by address, and writes the page around it at last, when all is there.
 * @param {import('./project.mjs').Project} project @param {string} folder
 * @param {{ script: Uint8Array, map: Uint8Array, first: Uint8Array }} bundle
 */
export function writeOutput(project, folder, { script, map, first }) {
  const style = fs.readFileSync(SHELL)
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'app.js'), script)
  fs.writeFileSync(path.join(folder, 'app.js.map'), map)
  fs.writeFileSync(path.join(folder, 'first.js'), first)
  fs.writeFileSync(path.join(folder, 'shell.css'), style)
  for (const file of project.files.uploaded().filter((name) => ASSET.test(name))) {
    const target = path.join(folder, file)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.copyFileSync(project.files.absolute(file), target)
  }
  const title = project.app.window?.navigationBarTitleText || ''
  fs.writeFileSync(path.join(folder, 'index.html'), page(title, { script, style, first }))
}

/** @returns {string} that changes with the content, so that a browser may keep the file for ever */
function hash(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 12)
}

/**
 * A server fills #mp-config; as it is no script, it needs no exception in the policy. app.js is run by first.js, which
 * may have something to show before.
 */
function page(title, { script, style, first }) {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="shell.css?v=${hash(style)}">
<link rel="preload" as="script" href="app.js?v=${hash(script)}">
</head>
<body>
<script type="application/json" id="mp-config">{}</script>
<script src="first.js?v=${hash(first)}"></script>
</body>
</html>
`
}

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
