import js from '@eslint/js'
import globals from 'globals'

const platform = Object.fromEntries(['wx', 'App', 'Page', 'Component', 'Behavior', 'getApp', 'getCurrentPages'].map((name) => [name, 'readonly']))
const timers = Object.fromEntries(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'console'].map((name) => [name, 'readonly']))
const elsewhere = ['window', 'document', 'localStorage', 'fetch'].map((name) => ({ name, message: 'A phone has none.' }))
const unused = ['error', { argsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }]

export default [
  js.configs.recommended,
  {
    files: ['app/**/*.js'],
    languageOptions: {
      ecmaVersion: 2020,
      sourceType: 'commonjs',
      globals: { ...platform, ...timers, require: 'readonly', module: 'writable' }
    },
    rules: { 'no-restricted-globals': ['error', ...elsewhere], 'no-unused-vars': unused, eqeqeq: 'error', 'prefer-const': 'error', 'no-var': 'error' }
  },
  {
    files: ['app/**/*.wxs'],
    languageOptions: {
      ecmaVersion: 5,
      sourceType: 'script',
      globals: { getDate: 'readonly', getRegExp: 'readonly', require: 'readonly', module: 'writable', console: 'readonly' }
    }
  },
  {
    files: ['tests/**/*.mjs'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: { ...globals.node, wx: 'readonly' } },
    rules: { 'no-unused-vars': unused }
  },
  {
    files: ['mpweb/**/*.{js,mjs}'],
    ignores: ['mpweb/tests/fixture/**'],
    languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-unused-vars': unused, eqeqeq: 'error', 'prefer-const': 'error', 'no-var': 'error', 'no-eval': 'error' }
  },
  {
    files: ['mpweb/runtime/**/*.js'],
    languageOptions: { globals: { ...Object.fromEntries(Object.keys(globals.node).map((name) => [name, 'off'])), ...globals.browser } }
  },
  {
    files: ['mpweb/tests/fixture/**/*.js'],
    languageOptions: { ecmaVersion: 2020, sourceType: 'commonjs', globals: { ...platform, ...timers, require: 'readonly', module: 'writable' } }
  }
]
