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
 * Copies what the bundle loads by address, and writes the page around it.
 * @param {import('./project.mjs').Project} project @param {string} folder
 */
export function writeAssets(project, folder) {
  for (const file of project.files.uploaded().filter((name) => ASSET.test(name))) {
    const target = path.join(folder, file)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.copyFileSync(project.files.absolute(file), target)
  }
  fs.copyFileSync(SHELL, path.join(folder, 'shell.css'))
  fs.writeFileSync(path.join(folder, 'index.html'), page(project.app.window?.navigationBarTitleText || ''))
}

/** A server fills #mp-config; as it is no script, it needs no exception in the policy. */
function page(title) {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="shell.css">
</head>
<body>
<script type="application/json" id="mp-config">{}</script>
<script src="app.js"></script>
</body>
</html>
`
}

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
