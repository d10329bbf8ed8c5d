import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { checkProject } from './compiler/checks.mjs'
import { Diagnostics } from './compiler/diagnostics.mjs'
import { writeOutput } from './compiler/output.mjs'
import { Project } from './compiler/project.mjs'
import { bundleScripts } from './compiler/scripts.mjs'
import { checkSizes, formatSize, measurePackages } from './compiler/sizes.mjs'
import { compileTemplates } from './compiler/wxml.mjs'
import { compileStyles } from './compiler/wxss.mjs'
import { BUILTIN_TEMPLATES } from './runtime/builtins/templates.js'

const USAGE = 'usage: node mpweb/build.mjs <app> <out> [--development] [--without-test-adapters] [--json]'

/**
 * Compiles a mini-program into static files for a browser; where it fails nothing is written.
 * @param {string} appFolder with app.json
 * @param {string} outFolder
 * @param {{ development?: boolean, testAdapters?: boolean }} [options]
 * @returns {Promise<{ failed: boolean, diagnostics: Diagnostics, sizes: import('./compiler/sizes.mjs').PackageSize[], units: number, bytes: number, packed: number, milliseconds: number }>}
 */
export async function build(appFolder, outFolder, { development = false, testAdapters = true } = {}) {
  const start = performance.now()
  const diagnostics = new Diagnostics()
  const project = new Project(appFolder, diagnostics, outFolder)
  project.collectUnits()
  const templates = compileTemplates(project, BUILTIN_TEMPLATES, { development })
  const styles = compileStyles(project)
  checkProject(project)
  const sizes = measurePackages(project)
  checkSizes(sizes, diagnostics)
  const bundle = await bundleScripts(project, { templates, styles, development, testAdapters })
  if (bundle && !diagnostics.failed) writeOutput(project, outFolder, bundle)
  const bytes = bundle?.script.length ?? 0
  const packed = bundle ? gzipSync(bundle.script).length : 0
  const milliseconds = Math.round(performance.now() - start)
  return { failed: diagnostics.failed, diagnostics, sizes, units: project.units.size, bytes, packed, milliseconds }
}

function report(result, asJson) {
  const { diagnostics, sizes, units, bytes, packed, milliseconds, failed } = result
  if (asJson) {
    console.log(JSON.stringify({ failed, diagnostics: diagnostics.list, sizes, units, bytes, packed, milliseconds }, null, 2))
    return
  }
  for (const line of diagnostics.lines()) console.error(line)
  for (const size of sizes) console.log(`package ${size.name}: ${formatSize(size.bytes)} of ${formatSize(size.limit)}`)
  console.log(`${units} units, app.js ${formatSize(bytes)} (gzip ${formatSize(packed)}), ${milliseconds} ms${failed ? ', failed' : ''}`)
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      development: { type: 'boolean' },
      'without-test-adapters': { type: 'boolean' },
      json: { type: 'boolean' },
    },
  })
  const [appFolder, outFolder] = positionals
  if (!appFolder || !outFolder) throw new Error(USAGE)
  const result = await build(appFolder, outFolder, {
    development: values.development,
    testAdapters: !values['without-test-adapters'],
  })
  report(result, values.json)
  if (result.failed) process.exitCode = 1
}

if (process.argv[1] === import.meta.filename) {
  main().catch((error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
