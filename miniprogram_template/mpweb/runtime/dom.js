/**
 * @param {string} tag @param {string} [className] @param {string} [text]
 * @returns {HTMLElement}
 */
export function createElement(tag, className, text) {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text !== undefined) node.textContent = text
  return node
}

/** @param {string} label @param {() => void} onClick @param {string} [className] @returns {HTMLButtonElement} */
export function createButton(label, onClick, className) {
  const node = /** @type {HTMLButtonElement} */ (createElement('button', className, label))
  node.type = 'button'
  node.addEventListener('click', onClick)
  return node
}

/** @param {Element} node @param {string} name @param {unknown} value an empty or false one removes the attribute */
export function setAttribute(node, name, value) {
  if (value === undefined || value === null || value === false || value === '') node.removeAttribute(name)
  else node.setAttribute(name, value === true ? '' : String(value))
}

/** Runs a page's own code so that its fault is reported and does not stop the shell. */
export function guarded(run) {
  try {
    return run()
  } catch (error) {
    setTimeout(() => {
      throw error
    })
    return undefined
  }
}
