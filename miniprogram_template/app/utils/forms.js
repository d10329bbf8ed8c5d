/** Order forms: what a product asks of its buyer. The server judges; this only spares a round trip. */

const NUMBER = /^-?\d{1,9}(\.\d{1,2})?$/
const MOBILE = /^1[3-9]\d{9}$/
const ID_NUMBER = /^[1-9]\d{5}(19|20)\d{9}[\dXx]$/
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECK_DIGITS = '10X98765432'
const USUAL_LENGTH = 200

function isIdNumber(text) {
  if (!ID_NUMBER.test(text)) return false
  const total = WEIGHTS.reduce((sum, weight, index) => sum + weight * Number(text[index]), 0)
  return CHECK_DIGITS[total % 11] === text[17].toUpperCase()
}

function numberMistake(field, text) {
  if (!NUMBER.test(text)) return '请填写数字，最多两位小数'
  if (field.least !== null && Number(text) < field.least) return `不能小于 ${field.least}`
  if (field.most !== null && Number(text) > field.most) return `不能大于 ${field.most}`
  return ''
}

const JUDGES = {
  TEXT: (field, text) => (text.length > (field.most || USUAL_LENGTH) ? `最多 ${field.most || USUAL_LENGTH} 个字` : ''),
  NUMBER: numberMistake,
  DATE: (_field, text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? '' : '请选择日期'),
  CHOICE: (field, text) => (field.choices.indexOf(text) < 0 ? '请从选项中选择' : ''),
  PHONE: (_field, text) => (MOBILE.test(text) ? '' : '请填写 11 位手机号'),
  ID_NUMBER: (_field, text) => (isIdNumber(text) ? '' : '身份证号不正确')
}

/** What is wrong with an answer, "" for nothing. A kind of field that came later is left to the server. */
function mistake(field, answer) {
  const text = (answer || '').trim()
  if (!text) return field.required ? `请填写“${field.label}”` : ''
  return JUDGES[field.kind] ? JUDGES[field.kind](field, text) : ''
}

/** What is wrong with the answers: field key → reason; empty when the form is filled in. */
function mistakes(fields, answers) {
  const found = {}
  fields.forEach((field) => {
    const reason = mistake(field, (answers || {})[field.key])
    if (reason) found[field.key] = reason
  })
  return found
}

/** The answers that say something, as the API wants them. */
function given(answers) {
  const said = {}
  Object.keys(answers || {}).forEach((key) => {
    if (answers[key].trim()) said[key] = answers[key].trim()
  })
  return said
}

module.exports = { mistake, mistakes, given }
