import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { build } from '../build.mjs'
import { APP, copyApp } from './copies.mjs'

const HOME = 'pages/home/home'
const linesOf = (file) => fs.readFileSync(path.join(APP, file), 'utf8').trimEnd().split('\n')
const lineOf = (file, needle) => linesOf(file).findIndex((line) => line.includes(needle)) + 1
const append = (text) => (source) => source.trimEnd() + '\n' + text + '\n'
const remove = () => null
const bytes = (count) => () => Buffer.alloc(count)
const inJson = (change) => (source) => {
  const value = JSON.parse(source)
  change(value)
  return JSON.stringify(value, null, 2)
}

/** A text at the end of a file, and what the build says of that line. */
const APPENDED = [
  ['a syntax error', HOME + '.js', 'const = 1', 'Expected identifier but found "="'],
  ['a module that is not there', HOME + '.js', "require('./nothing')", '"./nothing" is not found'],
  ['a handler that is not there', HOME + '.wxml', '<view bindtap="nothing" />', `handler "nothing" is not in ${HOME}.js`],
  ['a broken expression', HOME + '.wxml', '<view>{{ a + }}</view>', ''],
  ['a tag without end', HOME + '.wxml', '<view>', ''],
  ['an unknown component', HOME + '.wxml', '<w-nothing />', '<w-nothing> is neither built in nor in usingComponents'],
  ['wx:else without wx:if', HOME + '.wxml', '<wxs module="q">var a = 1</wxs><view wx:else />', ''],
  ['a picture that is not there', HOME + '.wxml', '<image src="/images/none.png" />', 'picture "/images/none.png" is missing'],
  ['an import that is not there', HOME + '.wxml', '<import src="./none.wxml" />', 'pages/home/none.wxml is missing (import or include)'],
  ['an arrow function in WXS', HOME + '.wxml', '<wxs module="q">var f = (x) => x</wxs>', 'is not ES5 as WXS must be: Unexpected token'],
  ['a block of WXSS without end', HOME + '.wxss', '.x { color: red;', 'Unclosed block'],
  ['a style sheet that is not there', HOME + '.wxss', '@import "./none.wxss";', '@import "./none.wxss" is not found'],
]

/** Changes that are seen elsewhere than where they were made. */
const CHANGED = [
  [
    'a tab icon that is not there',
    { 'images/tab-home.png': remove },
    `app.json:${lineOf('app.json', 'images/tab-home.png')}:`,
    'tab icon "images/tab-home.png" is missing',
  ],
  [
    'a page without template',
    { [HOME + '.wxml']: remove },
    `app.json:${lineOf('app.json', HOME)}:`,
    `${HOME}.wxml is missing`,
  ],
  [
    'a sub-package without pages',
    { 'app.json': inJson((app) => app.subPackages.push({ root: 'packages/empty', pages: [] })) },
    'app.json:',
    'sub-package "packages/empty" has no pages',
  ],
  [
    'a component of usingComponents that is not there',
    { [HOME + '.json']: inJson((page) => (page.usingComponents = { 'w-none': './none' })) },
    `${HOME}.json:`,
    'component "./none" of <w-none> is not found',
  ],
  [
    'a main package too large',
    { 'images/large.png': bytes(1_600_000) },
    'app.json:1:1',
    /package "main" has \d+\.\d KB, more than 1536\.0 KB/,
  ],
  [
    'packages too large together',
    {
      'images/large.png': bytes(1_200_000),
      'packages/order/large.png': bytes(1_900_000),
      'packages/member/large.png': bytes(1_900_000),
    },
    'app.json:1:1',
    /package "total" has \d+\.\d KB, more than 4096\.0 KB/,
  ],
]

test("the shopper's mini-program builds without a word", async (context) => {
  const { failed, diagnostics } = await buildCopy(context, APP)
  assert.deepEqual([failed, diagnostics.lines()], [false, []])
})

for (const [name, file, text, message] of APPENDED) {
  test(`the shopper's mini-program with ${name} is refused`, async (context) => {
    const { failed, diagnostics } = await buildCopy(context, copyApp(context, { [file]: append(text) }))
    assert.equal(failed, true)
    const line = linesOf(file).length + 1
    const [first] = diagnostics.list
    assert.deepEqual([first.file, first.line], [file, line])
    assert.ok(first.message.includes(message) && first.message.length > 5, first.message)
  })
}

for (const [name, edits, place, message] of CHANGED) {
  test(`the shopper's mini-program with ${name} is refused`, async (context) => {
    const { failed, diagnostics } = await buildCopy(context, copyApp(context, edits))
    assert.equal(failed, true)
    const [line] = diagnostics.lines()
    assert.ok(line.startsWith(place), line)
    assert.match(line, message instanceof RegExp ? message : new RegExp(escape(message)))
  })
}

test('a handler that only a behavior has is no fault', async (context) => {
  const app = copyApp(context, {
    [HOME + '.wxml']: append('<view bindtap="onlyThere" />'),
    [HOME + '.js']: (source) => source.replace('behaviors: [', "behaviors: [require('../../utils/only-there'), "),
    'utils/only-there.js': () => 'module.exports = Behavior({ methods: { onlyThere() {} } })\n',
  })
  assert.match(fs.readFileSync(path.join(app, HOME + '.js'), 'utf8'), /only-there/)
  const { diagnostics } = await buildCopy(context, app)
  assert.deepEqual(diagnostics.lines(), [])
})

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

async function buildCopy(context, app) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mpweb-'))
  context.after(() => fs.rmSync(folder, { recursive: true }))
  return build(app, folder)
}
