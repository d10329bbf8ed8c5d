import fs from 'node:fs'
import path from 'node:path'

/** Suffixes that WeChat uploads; a file with another one costs nothing. */
const UPLOADED = new Set(
  (
    'wxs png jpg jpeg gif svg js json cer mp3 aac m4a mp4 wav ogg silk wxss wxml ts webp ttf otf woff woff2 ' +
    'glb gltf bin atlas skel wasm br xml txt html md'
  ).split(' '),
)

/** The files of a mini-program, addressed by path from its root with forward slashes. */
export class SourceFiles {
  /**
   * @param {string} root folder with app.json or with a project.config.json that names it
   * @param {string} [outFolder] may lie inside, and is no part of the mini-program then
   */
  constructor(root, outFolder = '') {
    const given = path.resolve(root)
    this.settings = readSettings(given)
    this.root = path.resolve(given, this.settings.miniprogramRoot || '.')
    this.outFolder = outFolder && path.resolve(outFolder)
    this.ignored = (this.settings.packOptions?.ignore || []).map(ignoreRule)
  }

  /** @param {string} file @returns {string} its place on the disk */
  absolute(file) {
    return path.join(this.root, file)
  }

  /** @param {string} file @returns {boolean} */
  has(file) {
    return fs.statSync(this.absolute(file), { throwIfNoEntry: false })?.isFile() ?? false
  }

  /** @param {string} file @returns {string} */
  read(file) {
    return fs.readFileSync(this.absolute(file), 'utf8')
  }

  /** @param {string} file @returns {number} bytes */
  size(file) {
    return fs.statSync(this.absolute(file)).size
  }

  /** @returns {string[]} every file that would be uploaded */
  uploaded() {
    return [...this.#walk('')].filter((file) => UPLOADED.has(path.extname(file).slice(1).toLowerCase())).sort()
  }

  *#walk(folder) {
    for (const entry of fs.readdirSync(this.absolute(folder), { withFileTypes: true })) {
      const file = path.posix.join(folder, entry.name)
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      if (this.absolute(file) === this.outFolder) continue
      if (this.ignored.some((matches) => matches(file, entry.isDirectory()))) continue
      if (entry.isDirectory()) yield* this.#walk(file)
      else if (entry.isFile()) yield file
    }
  }
}

function readSettings(root) {
  const file = path.join(root, 'project.config.json')
  if (!fs.existsSync(file)) return {}
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return {} // said with its position when the project is read
  }
}

function ignoreRule({ type, value }) {
  const plain = String(value)
    .replace(/^\.?\//, '')
    .replace(/\/$/, '')
  const matches = {
    folder: (file, isFolder) => isFolder && file === plain,
    file: (file) => file === plain,
    suffix: (file) => file.endsWith(value),
    prefix: (file) => path.posix.basename(file).startsWith(value),
    regexp: (file) => new RegExp(value).test(file),
    glob: (file) => globPattern(plain).test(file),
  }
  return matches[type] || (() => false)
}

function globPattern(glob) {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  const pattern = escaped.replace(/\*\*\/?|\*|\?/g, (part) => ({ '*': '[^/]*', '?': '[^/]' })[part] ?? '.*')
  return new RegExp(`^${pattern}$`)
}
