import path from 'node:path'
import * as esbuild from 'esbuild'
import { foldersAbove } from './project.mjs'

const RUNTIME = path.resolve(import.meta.dirname, '../runtime')
/** Paths in the source map count from here and not from the output, so that it is the same wherever it is built. */
const PLACE = path.resolve(import.meta.dirname, '../app.js')
/** Own namespace: the package.json around the mini-program must not turn its CommonJS files into ES modules. */
const NAMESPACE = 'mp'
const PICTURE = /\.(png|jpe?g|gif|svg|webp)$/i
const SMALL = 16 * 1024

/**
 * Bundles the mini-program with the runtime.
 * @param {import('./project.mjs').Project} project
 * @param {{ templates: string, styles: Record<string, string>, development: boolean, testAdapters: boolean }} options
 * @returns {Promise<{ script: Uint8Array, map: Uint8Array, first: Uint8Array } | null>} null when it could not be made
 */
export async function bundleScripts(project, options) {
  const { development } = options
  const settings = {
    stdin: { contents: entrySource(project, options), resolveDir: RUNTIME, sourcefile: 'mpweb-entry.js', loader: 'js' },
    bundle: true,
    format: 'iife',
    target: 'es2020',
    outfile: PLACE,
    absWorkingDir: path.dirname(PLACE),
    write: false,
    charset: 'utf8',
    legalComments: 'none',
    minify: !development,
    sourcemap: 'linked',
    loader: { '.txt': 'text' },
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': development ? '"development"' : '"production"' },
    plugins: [miniProgramModules(project)],
  }
  const result = await esbuild.build(settings).catch((failure) => failure)
  for (const error of result.errors || []) project.diagnostics.error(placeOf(error), error.text)
  for (const warning of result.warnings || []) project.diagnostics.warning(placeOf(warning), warning.text)
  const [map, script] = ['.map', '.js'].map(
    (suffix) => result.outputFiles?.find(({ path: file }) => file.endsWith(suffix))?.contents,
  )
  return script ? { script, map, first: await bundleFirst(project, options) } : null
}

/** What runs before all of it. */
async function bundleFirst({ pages }, { development }) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(RUNTIME, 'first/show.js')],
    bundle: true,
    format: 'iife',
    target: 'es2020',
    write: false,
    charset: 'utf8',
    minify: !development,
    define: { FIRST_PAGE: JSON.stringify(pages[0] ?? '') },
  })
  return outputFiles[0].contents
}

function entrySource(project, { templates, styles, testAdapters }) {
  const units = Object.fromEntries(
    [...project.units].map(([unit, { config, isPage, using }]) => [
      unit,
      { ...config, usingComponents: using, isPage },
    ]),
  )
  const modules = [...project.units.keys()].map(
    (unit) => `${JSON.stringify(unit)}: () => require(${JSON.stringify('mp:' + unit)})`,
  )
  return [
    `import { boot } from './boot.js'`,
    `import './adapters/preview.js'`,
    `import './adapters/h5-payment.js'`,
    `import './adapters/h5.js'`,
    testAdapters ? `import './adapters/test.js'` : '',
    `const templates = ${templates}`,
    `boot({`,
    `  app: ${JSON.stringify(project.app)}, pages: ${JSON.stringify(project.pages)},`,
    `  units: ${JSON.stringify(units)}, styles: ${JSON.stringify(styles)}, templates,`,
    `  pictures: ${JSON.stringify(smallPictures(project))},`,
    `  modules: { ${modules.join(',\n')} },`,
    `  startApp: () => { ${project.scriptOf('app') ? `require('mp:app')` : ''} },`,
    `})`,
  ].join('\n')
}

/** Signs and icons, which are wanted also when nothing can be loaded. */
function smallPictures({ files }) {
  return files
    .uploaded()
    .filter((file) => PICTURE.test(file) && files.size(file) <= SMALL)
    .sort()
}

function miniProgramModules(project) {
  const { files } = project
  return {
    name: 'mini-program-modules',
    setup(build) {
      build.onResolve({ filter: /^mp:/ }, (args) => resolved(files, [args.path.slice(3)]))
      build.onResolve({ filter: /./, namespace: NAMESPACE }, (args) => {
        const found = resolved(files, moduleCandidates(args.importer, args.path))
        const fault = found ? crossing(project, args.importer, found.path) : `"${args.path}" is not found`
        return fault ? { errors: [{ text: fault }] } : found
      })
      build.onLoad({ filter: /./, namespace: NAMESPACE }, (args) => ({
        contents: files.read(args.path),
        loader: args.path.endsWith('.ts') ? 'ts' : args.path.endsWith('.json') ? 'json' : 'js',
      }))
    },
  }
}

function moduleCandidates(importer, reference) {
  if (reference.startsWith('/')) return [reference.slice(1)]
  const relative = path.posix.join(path.posix.dirname(importer), reference)
  if (reference.startsWith('.')) return [relative]
  return [relative, ...foldersAbove(importer).map((folder) => path.posix.join(folder, 'miniprogram_npm', reference))]
}

function resolved(files, candidates) {
  const suffixes = ['', '.js', '.ts', '/index.js', '/index.ts']
  const found = candidates.flatMap((base) => suffixes.map((suffix) => base + suffix)).find((file) => files.has(file))
  return found && { path: found, namespace: NAMESPACE }
}

/** A phone loads a sub-package when one of its pages opens: nobody else may require from it. */
function crossing(project, importer, target) {
  const home = project.packageOf(target)
  if (!home || project.packageOf(importer) === home) return null
  return `"${target}" lies in sub-package "${home}", which "${importer}" cannot require`
}

function placeOf({ location }) {
  if (!location) return { file: 'app.js' }
  return { file: location.file.replace(/^mp:/, ''), line: location.line, column: location.column + 1 }
}
