import assert from 'node:assert/strict'
import test from 'node:test'
import look from '../../app/services/look.js'

test('what the shop does not colour has the colour of the template', () => {
  assert.equal(look.accent(), '#1f6f50')
  assert.deepEqual([look.colours(null), look.colours({ theme_colour: 'green' })], [null, null])
  assert.equal(look.colours({ theme_colour: '#1f6f50' }).accent, '#1f6f50')
})
