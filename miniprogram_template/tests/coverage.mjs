/**
 * Which lines of the mini-program's source ran in Chromium.
 *
 * usage: node tests/coverage.mjs <build> <report> <least> <records>...
 * Each folder of <records> holds JSON lists of what V8 counted of <build>/app.js; the table goes to standard output and,
 * line by line, to <report>. Exit 1 when less than <least> per cent of the lines ran.
 */
import fs from 'node:fs'
import path from 'node:path'
import { CoverageReport } from 'monocart-coverage-reports'

const [build, outputDir, least, ...folders] = process.argv.slice(2)
const OWN = /^(app\.js|(pages|packages|components|services|utils)\/.*\.js)$/

const source = fs.readFileSync(path.join(build, 'app.js'), 'utf8')
const sourceMap = JSON.parse(fs.readFileSync(path.join(build, 'app.js.map'), 'utf8'))
const report = new CoverageReport({ name: '小程序', outputDir, reports: ['console-details', 'v8', 'json-summary'], sourceFilter: (file) => OWN.test(file) })
for (const file of folders.flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name)))) {
  const counted = JSON.parse(fs.readFileSync(file, 'utf8'))
  for (const { functions } of counted) await report.add([{ url: 'app.js', source, sourceMap, functions }])
}
const { summary } = await report.generate()
const { covered, total, pct } = summary.lines
console.log(`${covered} of ${total} lines ran: ${pct} %, at least ${least} % are wanted`)
process.exitCode = pct < Number(least) ? 1 : 0
