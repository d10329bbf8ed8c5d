/** @param {string} tag @param {string} [className] @param {Record<string, any>} [properties] @returns {any} */
export function createNative(tag, className = '', properties = {}) {
  return Object.assign(document.createElement(tag), { className }, properties)
}

/** Handles events of an inner element and keeps them inside. @param {any} node @param {string} names @param {(event: any) => void} [handle] */
export function listen(node, names, handle) {
  for (const name of names.split(' ')) {
    node.addEventListener(name, (event) => {
      event.stopPropagation()
      handle?.(event)
    })
  }
}

/** @param {Element} host @param {string} selector @returns {any[]} components inside */
export function componentsInside(host, selector) {
  return [...host.querySelectorAll(selector)].map((node) => /** @type {any} */ (node).__wxElement)
}
