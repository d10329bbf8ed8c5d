import { PLACEHOLDER_TAGS } from './tags.js'

/** What only a phone shows: a box with its name, so that nobody takes it for a fault of the page. */
export function placeholders() {
  return Object.fromEntries(PLACEHOLDER_TAGS.map((tag) => [tag, placeholder(tag)]))
}

function placeholder(tag) {
  return {
    attached() {
      this.$$.classList.add('mp-placeholder')
      this.$$.dataset.text = `<${tag}> 在浏览器中不可用`
    },
  }
}
