import { TmplGroup } from 'glass-easel-template-compiler'
import { canonical } from './canonical.mjs'
import { positionAt } from './diagnostics.mjs'
import { wxsFault, wxsRequires, wxsToScript } from './wxs.mjs'

/** Lets WXS functions serve as event handlers and property observers; see runtime/wxs-events.js. */
const WXS_HOOKS =
  'Q.A=function(f,p){return p&&p[0]>0?window.__mpWxs.observer(f):f};' +
  'Q.C=function(t,e,f,p){return(p?p[0]>0:!window.__mpWxs.isMethod(t,f))?window.__mpWxs.handle(t,e,f):f.call(t,e)};'

/**
 * @param {import('./project.mjs').Project} project
 * @param {Record<string, string>} builtinTemplates templates of built-in components by name
 * @param {{ development: boolean }} options
 * @returns {string} a JavaScript expression with the functions of all templates
 */
export function compileTemplates(project, builtinTemplates, { development }) {
  const compiler = new TemplateCompiler(project, development)
  for (const unit of project.units.keys()) compiler.addTemplate(unit)
  for (const [name, source] of Object.entries(builtinTemplates)) compiler.group.addTmpl('__builtin/' + name, source)
  compiler.group.setExtraRuntimeScript(WXS_HOOKS)
  return canonical(compiler.group.getTmplGenObjectGroups())
}

class TemplateCompiler {
  constructor(project, development) {
    this.project = project
    this.group = development ? TmplGroup.newDev() : new TmplGroup()
    this.seen = new Set()
  }

  addTemplate(name, importedFrom) {
    const file = name + '.wxml'
    if (this.seen.has(file)) return
    this.seen.add(file)
    const { files, diagnostics } = this.project
    if (!files.has(file))
      return diagnostics.error(this.#reference(importedFrom || file, name), `${file} is missing (import or include)`)
    const source = files.read(file)
    for (const fault of this.group.addTmpl(name, source) || []) {
      const place = { file: fault.path + '.wxml', line: fault.startLine + 1, column: fault.startColumn + 1 }
      diagnostics[fault.isError ? 'error' : 'warning'](place, fault.message)
    }
    this.#addInlineScripts(name, source)
    for (const dependency of this.group.getDirectDependencies(name)) this.addTemplate(dependency, file)
    for (const script of this.group.getScriptDependencies(name)) this.addScript(script, file)
  }

  addScript(name, importedFrom) {
    const plain = name.replace(/\.wxs$/, '')
    const file = plain + '.wxs'
    if (this.seen.has(file)) return
    this.seen.add(file)
    const { files, diagnostics } = this.project
    if (!files.has(file)) return diagnostics.error(this.#reference(importedFrom, plain), `${file} is missing`)
    const source = files.read(file)
    this.#checkScript(file, source, 0, source)
    this.group.addScript(name, wxsToScript(source))
    for (const required of wxsRequires(plain, source)) this.addScript(required, file)
  }

  /** Where a file names another one by the last part of its path. */
  #reference(file, name) {
    if (!this.project.files.has(file)) return { file }
    const source = this.project.files.read(file)
    const part = name.split('/').at(-1).replace(/[^\w-]/g, '\\$&')
    const match = source.match(new RegExp(`(?:src\\s*=|require\\()\\s*["'][^"']*\\b${part}(?:\\.wxml|\\.wxs)?["']`))
    return { file, ...(match ? positionAt(source, match.index) : {}) }
  }

  #addInlineScripts(name, template) {
    for (const module of this.group.getInlineScriptModuleNames(name)) {
      const source = this.group.getInlineScript(name, module)
      this.#checkScript(name + '.wxml', source, Math.max(0, template.indexOf(source.trim())), template)
      this.group.setInlineScript(name, module, wxsToScript(source))
      for (const required of wxsRequires(name, source)) this.addScript(required, name + '.wxml')
    }
  }

  #checkScript(file, source, offset, whole) {
    const fault = wxsFault(source.trim())
    if (!fault) return
    const start = positionAt(whole, whole === source ? source.length - source.trimStart().length : offset)
    const column = fault.line === 1 ? start.column + fault.column - 1 : fault.column
    this.project.diagnostics.error({ file, line: start.line + fault.line - 1, column }, fault.message)
  }
}
