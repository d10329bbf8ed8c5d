import assert from 'node:assert/strict'
import fs from 'node:fs'
import { SourceMap } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { execFileSync, spawnSync } from 'node:child_process'
import { build } from '../build.mjs'
import { wxsFault, wxsRequires, wxsToScript } from '../compiler/wxs.mjs'
import { convertUnits } from '../runtime/units.js'
import { FIXTURE, copyFixture } from './copies.mjs'

const BUILD = path.join(import.meta.dirname, '../build.mjs')

function temporaryFolder(context) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mpweb-'))
  context.after(() => fs.rmSync(folder, { recursive: true }))
  return folder
}

test('the fixture builds without a word', async (context) => {
  const folder = temporaryFolder(context)
  const result = await build(FIXTURE, folder)
  assert.deepEqual(result.diagnostics.lines(), [])
  assert.equal(result.units, 5)
  assert.deepEqual(
    result.sizes.map(({ name, limit }) => [name, limit]),
    [
      ['main', 1572864],
      ['packageA', 2097152],
      ['total', 4194304],
    ],
  )
  for (const file of ['app.js', 'app.js.map', 'first.js', 'index.html', 'shell.css', 'images/home.png'])
    assert.ok(fs.existsSync(path.join(folder, file)), file)
})

test('the bundle evaluates no text and the page allows none', async (context) => {
  const folder = temporaryFolder(context)
  await build(FIXTURE, folder)
  const script = fs.readFileSync(path.join(folder, 'app.js'), 'utf8')
  const page = fs.readFileSync(path.join(folder, 'index.html'), 'utf8')
  assert.doesNotMatch(script, /\beval\(|new Function\(/)
  assert.match(script, /\/\/# sourceMappingURL=app\.js\.map\s*$/)
  assert.match(page, /script-src 'self';/)
  assert.match(page, /<script type="application\/json" id="mp-config">\{\}<\/script>/)
})

test('the source map leads back to the line of the mini-program', async (context) => {
  const folder = temporaryFolder(context)
  await build(FIXTURE, folder)
  const lines = fs.readFileSync(path.join(folder, 'app.js'), 'utf8').split('\n')
  const map = JSON.parse(fs.readFileSync(path.join(folder, 'app.js.map'), 'utf8'))
  const line = lines.findIndex((text) => text.includes('price tapped'))
  const entry = new SourceMap(map).findEntry(line, lines[line].indexOf('price tapped') - 1)
  const source = fs.readFileSync(path.join(FIXTURE, 'pages/index/index.js'), 'utf8').split('\n')
  const expected = source.findIndex((text) => text.includes('price tapped'))
  assert.deepEqual([entry.originalSource, entry.originalLine], ['mp:pages/index/index.js', expected])
  assert.deepEqual(
    map.sources.filter((name) => path.isAbsolute(name) || name.startsWith('../../')),
    [],
  )
})

test('two builds are equal byte for byte, and the page names its files by their content', async (context) => {
  const [one, two] = [temporaryFolder(context), path.join(temporaryFolder(context), 'deeper/out')]
  await build(FIXTURE, one)
  await build(FIXTURE, two)
  const files = fs.readdirSync(one, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  assert.equal(files.length, 9)
  for (const { parentPath, name } of files) {
    const file = path.join(path.relative(one, parentPath), name)
    assert.ok(fs.readFileSync(path.join(one, file)).equals(fs.readFileSync(path.join(two, file))), file)
  }
  const names = (folder) => fs.readFileSync(path.join(folder, 'index.html'), 'utf8').match(/(app\.js|first\.js|shell\.css)\?v=\w{12}/g)
  const changed = temporaryFolder(context)
  await build(copyFixture(context, { 'pages/index/index.js': ['已加入购物车', '已加入'] }), changed)
  assert.deepEqual([0, 2].map((index) => names(changed)[index]), [0, 2].map((index) => names(one)[index]))
  assert.match(names(changed)[1], /^app\.js/)
  assert.notEqual(names(changed)[1], names(one)[1])
})

test('a build that fails leaves the last one alone', async (context) => {
  const folder = temporaryFolder(context)
  await build(FIXTURE, folder)
  const before = fs.readFileSync(path.join(folder, 'app.js'))
  const broken = copyFixture(context, { 'pages/mine/mine.wxml': ['bindtap="about"', 'bindtap="abuot"'] })
  assert.equal((await build(broken, folder)).failed, true)
  assert.ok(fs.readFileSync(path.join(folder, 'app.js')).equals(before))
})

test('test adapters can be left out', async (context) => {
  const folder = temporaryFolder(context)
  const simulates = () => /sim:|测试环境/.test(fs.readFileSync(path.join(folder, 'app.js'), 'utf8'))
  await build(FIXTURE, folder, { testAdapters: false })
  assert.equal(simulates(), false)
  await build(FIXTURE, folder)
  assert.equal(simulates(), true)
})

test('the command prints sizes, and faults with their place', (context) => {
  const folder = temporaryFolder(context)
  const printed = execFileSync('node', [BUILD, FIXTURE, folder], { encoding: 'utf8' })
  assert.match(printed, /^package main: [\d.]+ KB of 1536\.0 KB\npackage packageA: .*\npackage total: /)
  const broken = copyFixture(context, { 'pages/mine/mine.wxml': ['bindtap="about"', 'bindtap="abuot"'] })
  const run = spawnSync('node', [BUILD, broken, folder, '--json'], { encoding: 'utf8' })
  assert.equal(run.status, 1)
  assert.deepEqual(JSON.parse(run.stdout).diagnostics, [
    {
      file: 'pages/mine/mine.wxml',
      line: 12,
      column: 11,
      severity: 'error',
      message: 'handler "abuot" is not in pages/mine/mine.js',
    },
  ])
})

test('units of WXSS become calculations, addresses stay', () => {
  assert.equal(convertUnits('-1.5rpx 2px 100vh'), 'calc(-1.5 * var(--rpx)) 2px calc(100 * var(--vh))')
  assert.equal(convertUnits('url(/a-10rpx.png) 1rpx'), 'url(/a-10rpx.png) calc(1 * var(--rpx))')
  assert.equal(convertUnits('12px'), '12px')
  assert.equal(
    convertUnits('calc(8rpx + env(safe-area-inset-bottom, 0px))'),
    'calc(calc(8 * var(--rpx)) + var(--safe-area-bottom))',
  )
})

test('selectors get the scope of their component', async (context) => {
  const folder = temporaryFolder(context)
  const app = copyFixture(context, {
    'components/price-tag/price-tag.wxss': [
      ':host {',
      'view.a:not(.b) > text { color: red; }\n@keyframes x { from { top: 1rpx } }\n:host {',
    ],
  })
  await build(app, folder, { development: true })
  const script = fs.readFileSync(path.join(folder, 'app.js'), 'utf8')
  assert.match(script, /wx-view\.__S__a:not\(\.__S__b\) > wx-text/)
  assert.match(script, /from \{ top: calc\(1 \* var\(--rpx\)\)/)
  assert.match(script, /\[wx-host=\\?"?__H__\\?"?\]/)
})

test('WXS becomes JavaScript that means the same', () => {
  const source =
    "var other = require('./other.wxs');\nmodule.exports = { is: function (x) { return x.constructor === 'Array' || 'Date' == x.constructor } }"
  const script = wxsToScript(source)
  const module = { exports: {} }
  new Function('module', 'require', script)(module, () => ({}))
  assert.deepEqual([module.exports.is([]), module.exports.is(new Date()), module.exports.is({})], [true, true, false])
  assert.deepEqual(wxsRequires('utils/a', source), ['utils/other'])
})

test('WXS that a phone would refuse is told with its place', () => {
  assert.equal(wxsFault('var a = 1'), null)
  assert.deepEqual(wxsFault('var a = 1\nvar b = (x) => x'), {
    line: 2,
    column: 14,
    message: 'is not ES5 as WXS must be: Unexpected token',
  })
  assert.deepEqual(wxsFault('var a = /x/'), {
    line: 1,
    column: 9,
    message: 'WXS has no regular expression literals (use getRegExp)',
  })
})

test('handlers of a behavior in another file count', async (context) => {
  const app = copyFixture(context, {
    'pages/mine/mine.js': ['Page({', "Page({\n  behaviors: [require('../../utils/extra.js')],"],
    'pages/mine/mine.wxml': ['bindtap="about"', 'bindtap="extra"'],
  })
  fs.writeFileSync(path.join(app, 'utils/extra.js'), 'module.exports = Behavior({ methods: { extra() {} } })\n')
  const { diagnostics } = await build(app, temporaryFolder(context))
  assert.deepEqual(diagnostics.lines(), [])
})

test('handlers of what makes the options of a page count', async (context) => {
  const app = copyFixture(context, { 'pages/mine/mine.wxml': ['bindtap="about"', 'bindtap="extra"'] })
  const script = path.join(app, 'pages/mine/mine.js')
  const own = fs.readFileSync(script, 'utf8')
  fs.writeFileSync(script, own.replace('Page({', "Page(require('../../utils/extra.js')({").replace(/\}\)\s*$/, '}))\n'))
  fs.writeFileSync(path.join(app, 'utils/extra.js'), 'module.exports = (page) => ({ extra() {}, ...page })\n')
  const { diagnostics } = await build(app, temporaryFolder(context))
  assert.deepEqual(diagnostics.lines(), [])
})

test('warnings of a kit do not fail the build, those of own files do', async (context) => {
  const kit = copyFixture(context, { 'app.json': ['"price-tag":', '"kit-tag": "kit/tag",\n    "price-tag":'] })
  const folder = path.join(kit, 'miniprogram_npm/kit/tag')
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'index.json'), '{ "component": true }')
  fs.writeFileSync(path.join(folder, 'index.js'), 'Component({})')
  fs.writeFileSync(path.join(folder, 'index.wxml'), '<view wx:else>x</view>')
  const result = await build(kit, temporaryFolder(context))
  assert.equal(result.failed, false)
  assert.deepEqual(
    result.diagnostics.list.map(({ file, severity }) => [file, severity]),
    [['miniprogram_npm/kit/tag/index.wxml', 'warning']],
  )
})

test('a build into the mini-program itself comes out the same again', async (context) => {
  const app = copyFixture(context, {})
  const first = await build(app, path.join(app, 'preview'))
  const second = await build(app, path.join(app, 'preview'))
  assert.deepEqual(second.sizes, first.sizes)
  assert.equal(fs.existsSync(path.join(app, 'preview/preview')), false)
})

test('a package.json of ES modules leaves the scripts of the mini-program alone', async (context) => {
  const app = copyFixture(context, {})
  fs.writeFileSync(path.join(app, 'package.json'), '{ "type": "module" }')
  const { diagnostics } = await build(app, temporaryFolder(context))
  assert.deepEqual(diagnostics.lines(), [])
})

test('the folder of the mini-program may be named by project.config.json', async (context) => {
  const app = copyFixture(context, {})
  const outer = temporaryFolder(context)
  fs.cpSync(app, path.join(outer, 'inner'), { recursive: true })
  fs.writeFileSync(path.join(outer, 'project.config.json'), '{ "miniprogramRoot": "inner/" }')
  const { units, failed } = await build(outer, temporaryFolder(context))
  assert.deepEqual([units, failed], [5, false])
})

test('modules for ES and for CommonJS may be mixed', async (context) => {
  const app = copyFixture(context, {
    'pages/mine/mine.js': [/const .*require.*/, "import { api } from '../../utils/api'"],
  })
  const { diagnostics } = await build(app, temporaryFolder(context))
  assert.deepEqual(diagnostics.lines(), [])
})
