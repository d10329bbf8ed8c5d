import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { build } from '../build.mjs'
import { copyFixture } from './copies.mjs'

/** Each copy of the fixture has one fault: its name, the change, and the line the build must print. */
const BROKEN = [
  [
    'JSON with a comma too many',
    { 'app.json': ['"requiredComponents"', '"requiredComponents",'] },
    /^app\.json:3[34]:\d+ error is not JSON: /,
  ],
  [
    'a page without template',
    { 'pages/mine/mine.wxml': null },
    /^app\.json:2:\d+ error pages\/mine\/mine\.wxml is missing$/,
  ],
  [
    'a page without script',
    { 'packageA/about/about.js': null },
    /^app\.json:3:\d+ error packageA\/about\/about\.js is missing$/,
  ],
  [
    'a component that is not there',
    { 'app.json': ['price-tag/price-tag"', 'price-tag/none"'] },
    /^app\.json:30:24 error component ".*none" of <price-tag> is not found$/,
  ],
  [
    'a component that does not say so',
    { 'components/price-tag/price-tag.json': ['"component": true, ', ''] },
    /^components\/price-tag\/price-tag\.json:1:1 error a component needs/,
  ],
  [
    'a syntax error in a script',
    { 'pages/index/index.js': ['onShow() {', 'onShow( {'] },
    /^pages\/index\/index\.js:1[67]:\d+ error Expected/,
  ],
  [
    'a module that is not there',
    { 'pages/index/index.js': ['../../utils/api', './nothing'] },
    /^pages\/index\/index\.js:1:25 error "\.\/nothing" is not found$/,
  ],
  [
    'a require across sub-packages',
    { 'pages/index/index.js': ['../../utils/api', '../../packageA/about/about'] },
    /^pages\/index\/index\.js:1:25 error .*lies in sub-package "packageA"/,
  ],
  [
    'a tag without end',
    { 'pages/index/index.wxml': ['<view class="name">{{p.name}}</view>', '<view class="name">{{p.name}}'] },
    /^pages\/index\/index\.wxml:1[0-3]:\d+ (warning|error) /,
  ],
  [
    'a broken expression',
    { 'pages/index/index.wxml': ['{{p.name}}', '{{ p + }}'] },
    /^pages\/index\/index\.wxml:13:\d+ error /,
  ],
  [
    'wx:else without wx:if',
    { 'pages/index/index.wxml': ['<view class="name">', '<view wx:else class="name">'] },
    /^pages\/index\/index\.wxml:13:\d+ warning /,
  ],
  [
    'an import that is not there',
    { 'templates/empty.wxml': null },
    /^pages\/index\/index\.wxml:2:9 error templates\/empty\.wxml is missing/,
  ],
  [
    'a handler that is not there',
    { 'pages/index/index.wxml': ['bindtap="open"', 'bindtap="opne"'] },
    /^pages\/index\/index\.wxml:11:87 error handler "opne" is not in pages\/index\/index\.js$/,
  ],
  [
    'an unknown tag',
    { 'pages/index/index.wxml': ['<price-tag now', '<prize-tag now'] },
    /^pages\/index\/index\.wxml:15:7 error <prize-tag> is neither built in nor in usingComponents$/,
  ],
  [
    'a role that telephones do not know',
    { 'pages/index/index.wxml': ['<price-tag now', '<price-tag role="link" now'] },
    /^pages\/index\/index\.wxml:15:18 error telephones know "aria-role", not "role"$/,
  ],
  [
    'a block of WXSS without end',
    { 'app.wxss': ['  font-size: 24rpx;\n}', '  font-size: 24rpx;\n'] },
    /^app\.wxss:13:1 error Unclosed block$/,
  ],
  [
    'a style sheet that is not there',
    { 'app.wxss': ['page {', '@import "none.wxss";\npage {'] },
    /^app\.wxss:1:1 error @import "none\.wxss" is not found$/,
  ],
  [
    'a picture of the package in WXSS',
    { 'pages/mine/mine.wxss': ['#fff1e8', 'url(/images/home.png)'] },
    /^pages\/mine\/mine\.wxss:10:3 error url\(\/images\/home\.png\)/,
  ],
  [
    'an arrow function in WXS',
    { 'utils/format.wxs': ['function (n) {', '(n) => {'] },
    /^utils\/format\.wxs:5:\d+ error is not ES5/,
  ],
  [
    'a WXS module that is not there',
    { 'utils/format.wxs': null },
    /^pages\/index\/index\.wxml:1:6 error utils\/format\.wxs is missing$/,
  ],
  [
    'a tab bar of one item',
    { 'app.json': [/,\s*\{\s*"pagePath": "pages\/mine[^}]*\}/, ''] },
    /^app\.json:10:3 error a tab bar has 2 to 5 items, not 1$/,
  ],
  [
    'a tab that is no page',
    { 'app.json': ['"pagePath": "pages/mine/mine"', '"pagePath": "pages/me/me"'] },
    /^app\.json:23:\d+ error tab "pages\/me\/me" is no page/,
  ],
  [
    'an icon that is not there',
    { 'images/mine.png': null },
    /^app\.json:25:\d+ error tab icon "images\/mine\.png" is missing$/,
  ],
  [
    'a rendering cache of no known kind',
    { 'pages/index/index.json': ['"enablePullDownRefresh"', '"initialRenderingCache": "dynamc", "enablePullDownRefresh"'] },
    /^pages\/index\/index\.json:1:\d+ error initialRenderingCache is "static" or "dynamic", not "dynamc"$/,
  ],
  [
    'a sub-package without root',
    { 'app.json': ['"root": "packageA"', '"root": ""'] },
    /^app\.json:3:\d+ error a sub-package needs a root$/,
  ],
  [
    'a page of the main package inside a sub-package',
    { 'app.json': ['"pages/detail/detail"]', '"pages/detail/detail", "packageA/about/about"]'] },
    /^app\.json:2:\d+ error page "packageA\/about\/about" of the main package lies in/,
  ],
]

for (const [name, changes, expected] of BROKEN) {
  test(`the build refuses ${name}`, async (context) => {
    const { failed, diagnostics } = await buildCopy(context, copyFixture(context, changes))
    assert.equal(failed, true)
    const lines = diagnostics.lines()
    assert.ok(
      lines.some((line) => expected.test(line)),
      lines.join('\n'),
    )
  })
}

test('the build refuses packages larger than WeChat takes', async (context) => {
  const app = copyFixture(context, {})
  fs.writeFileSync(path.join(app, 'images/large.png'), Buffer.alloc(1_600_000))
  fs.writeFileSync(path.join(app, 'packageA/large.png'), Buffer.alloc(2_700_000))
  const { diagnostics } = await buildCopy(context, app)
  assert.deepEqual(
    diagnostics.lines().map((line) => line.replace(/[\d.]+ KB, /, 'too much, ')),
    [
      'app.json:1:1 error package "main" has too much, more than 1536.0 KB',
      'app.json:1:1 error package "packageA" has too much, more than 2048.0 KB',
      'app.json:1:1 error package "total" has too much, more than 4096.0 KB',
    ],
  )
})

test('files that project.config.json keeps out do not count', async (context) => {
  const app = copyFixture(context, {
    'project.config.json': [/"ignore": \[\]/, '"ignore": [{ "type": "folder", "value": "drawings" }]'],
  })
  fs.mkdirSync(path.join(app, 'drawings'))
  fs.writeFileSync(path.join(app, 'drawings/large.png'), Buffer.alloc(1_700_000))
  const { failed } = await buildCopy(context, app)
  assert.equal(failed, false)
})

async function buildCopy(context, app) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mpweb-'))
  context.after(() => fs.rmSync(folder, { recursive: true }))
  return build(app, folder)
}
