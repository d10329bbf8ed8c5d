import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** The shopper's mini-program, which lies next to mpweb. */
export const APP = path.join(import.meta.dirname, '../../app')
export const FIXTURE = path.join(import.meta.dirname, 'fixture')

/**
 * @param {any} context of the test, after which the copy goes
 * @param {Record<string, [string | RegExp, string] | null>} changes text to replace by file; null removes the file
 * @returns {string} folder of the changed copy
 */
export function copyFixture(context, changes) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mpweb-copy-'))
  context.after(() => fs.rmSync(folder, { recursive: true }))
  fs.cpSync(FIXTURE, folder, { recursive: true })
  for (const [file, change] of Object.entries(changes)) {
    const target = path.join(folder, file)
    if (!change) {
      fs.rmSync(target)
      continue
    }
    const source = fs.readFileSync(target, 'utf8')
    const changed = source.replace(change[0], () => change[1])
    if (changed === source) throw new Error(`${file} has no ${change[0]}`)
    fs.writeFileSync(target, changed)
  }
  return folder
}

/**
 * @param {any} context of the test, after which the copy goes
 * @param {Record<string, (source: string) => string | Buffer | null>} edits by file; null removes it
 * @returns {string} folder of the changed copy of the shopper's mini-program
 */
export function copyApp(context, edits) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mpweb-app-'))
  context.after(() => fs.rmSync(folder, { recursive: true }))
  fs.cpSync(APP, folder, { recursive: true })
  for (const [file, edit] of Object.entries(edits)) {
    const target = path.join(folder, file)
    const content = edit(fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : '')
    if (content === null) fs.rmSync(target)
    else fs.writeFileSync(target, content)
  }
  return folder
}
