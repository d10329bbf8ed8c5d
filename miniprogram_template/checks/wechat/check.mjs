/**
 * WeChat's own compiler and code-quality check over the mini-program, without the network, an account or a key.
 *
 * usage: node check.mjs <folder with app/ and project.config.json>; exit 1 on an error or a finding.
 */
import crypto from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'

const require = createRequire(import.meta.url)
const SETTING = { es6: true, es7: true, minify: true, minifyWXML: true, minifyWXSS: true }

function copyProject(source) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'weipu-wechat-'))
  for (const name of ['app', 'project.config.json']) fs.cpSync(path.join(source, name), path.join(folder, name), { recursive: true })
  return folder
}

/** The package wants a key to begin with; nothing is ever signed with it. */
function writeKey(folder) {
  const { privateKey } = crypto.generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' }
  })
  const file = path.join(folder, 'unused.key')
  fs.writeFileSync(file, privateKey)
  return file
}

function openProject(ci, folder) {
  const { DefaultProjectAttr } = require('miniprogram-ci/dist/config/config')
  return new ci.Project({
    attr: async () => DefaultProjectAttr, // else it asks WeChat for the limits of the account
    appid: 'wx0123456789abcdef',
    type: 'miniProgram',
    projectPath: folder,
    privateKeyPath: writeKey(folder),
    ignores: ['node_modules/**/*']
  })
}

async function check(folder) {
  const ci = require('miniprogram-ci')
  const project = openProject(ci, folder)
  await ci.getCompiledResult({ project, desc: 'check', version: '1', setting: SETTING, onProgressUpdate() {} }, path.join(folder, 'out.zip'))
  return ci.checkCodeQuality(project)
}

function tell(error) {
  const faults = Array.isArray(error) ? error : [error]
  for (const fault of faults) console.error(`${fault.path ? `${fault.path}: ` : ''}${fault.message ?? fault}`)
}

const folder = copyProject(path.resolve(process.argv[2] ?? '.'))
process.chdir(folder) // the compiler leaves folders where it runs
const log = console.log
console.log = console.info = console.warn = () => {} // it talks about itself
let failed = 1
try {
  const findings = (await check(folder)).filter((item) => !item.success)
  for (const { name, text, detail } of findings) console.error(`${name}: ${text} ${JSON.stringify(detail)}`)
  failed = findings.length
  log(failed ? `WeChat: ${failed} findings` : 'WeChat: compiles, no finding')
} catch (error) {
  tell(error)
} finally {
  process.chdir(os.tmpdir())
  fs.rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0) // it keeps workers
