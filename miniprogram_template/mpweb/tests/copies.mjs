import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

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
