/** Suggestions while one types: asked after a pause, and only the answer to what stands in the field now is shown. */

const PAUSE = 250 // milliseconds

/** `ask(text)` resolves with words; `show(words)`. Returns { type(text), end() }. */
function suggesting(ask, show) {
  let timer = null
  let current = ''

  async function go(text) {
    const words = await ask(text).catch(() => [])
    if (text === current) show(words)
  }

  function type(typed) {
    clearTimeout(timer)
    current = typed.trim()
    if (current) timer = setTimeout(go, PAUSE, current)
    else show([])
  }

  function end() {
    clearTimeout(timer)
    current = null
  }

  return { type, end }
}

module.exports = { suggesting }
