/** Keys that make a repeated request the same request. */

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz'

/** 24 random letters: enough that no shopper ever draws one twice. Not a secret. */
function idempotencyKey() {
  let key = ''
  while (key.length < 24) key += LETTERS[Math.floor(Math.random() * LETTERS.length)]
  return key
}

module.exports = { idempotencyKey }
