const FORM_FIELD = { properties: { name: String, value: null } }

/** Registers pages and components when they are first needed, dependencies first. */
export class ComponentRegistry {
  /** @param {import('./shell.js').Package} source @param {any} space @param {import('./styles.js').StyleSheets} sheets */
  constructor(source, space, sheets) {
    this.source = source
    this.space = space
    this.sheets = sheets
    this.done = new Set()
    this.namedBehaviors = new Map()
  }

  /** @param {string} unit */
  ensure(unit) {
    const { modules, units, templates } = this.source
    if (this.done.has(unit) || !modules[unit]) return
    this.done.add(unit)
    const config = units[unit]
    for (const path of Object.values(config.usingComponents)) this.ensure(path.slice(1))
    for (const generic of Object.values(config.componentGenerics || {}))
      if (generic?.default) this.ensure(generic.default.slice(1))
    const template = { groupList: templates, content: templates[unit], fallbackListenerOnNativeNode: true }
    this.space.addCompiledTemplate(unit, template)
    this.space.componentEnv(unit, (environment) => this.#run(unit, config, environment))
  }

  #run(unit, config, environment) {
    const Behavior = (definition) => environment.Behavior(this.#withBehaviors(definition))
    Behavior.trait = environment.Behavior.trait
    Object.assign(window, {
      Behavior,
      Page: (definition) => environment.Page(this.#prepare(unit, config, definition)),
      Component: (definition) => {
        const prepared = this.#prepare(unit, config, definition)
        return prepared === undefined ? environment.Component() : environment.Component(prepared)
      },
    })
    this.source.modules[unit]()
  }

  /** Options given in JavaScript count for the style scope, which must be known before registration. */
  #prepare(unit, config, definition) {
    const options = definition?.options
    if (options && !config.styleIsolation) {
      if (options.styleIsolation) config.styleIsolation = options.styleIsolation
      else if (options.addGlobalClass) config.addGlobalClass = true
    }
    if (!config.isPage) config.component = true
    this.space.addComponentStaticConfig(unit, config)
    if (this.source.styles[unit]) this.space.addStyleSheet(unit, unit, this.sheets.scopeOf(unit))
    return this.#withBehaviors(definition)
  }

  #withBehaviors(definition) {
    if (!Array.isArray(definition?.behaviors)) return definition
    const behaviors = definition.behaviors.map((item) => (typeof item === 'string' ? this.#named(item) : item))
    return Object.assign(definition, { behaviors })
  }

  #named(name) {
    if (!this.namedBehaviors.has(name)) {
      const definition = name.startsWith('wx://form-field') ? FORM_FIELD : {}
      this.namedBehaviors.set(name, this.space.behavior().definition(definition).register())
    }
    return this.namedBehaviors.get(name)
  }
}
