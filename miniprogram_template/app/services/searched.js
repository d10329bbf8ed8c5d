/** What was searched for on this phone: the last ten words, nowhere else. */

const store = require('./store')

const KEY = 'searched'
const MOST = 10

const list = () => store.read(KEY) || []

/** Put a word first; returns the list. */
function note(word) {
  const words = [word, ...list().filter((one) => one !== word)].slice(0, MOST)
  store.write(KEY, words)
  return words
}

const clear = () => store.remove(KEY)

module.exports = { list, note, clear }
