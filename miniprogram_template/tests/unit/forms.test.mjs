import assert from 'node:assert/strict'
import test from 'node:test'
import forms from '../../app/utils/forms.js'

const field = (kind, values = {}) => ({ key: 'f', label: '问题', kind, required: true, choices: [], least: null, most: null, ...values })

const CASES = [
  [field('TEXT'), '', '请填写“问题”'],
  [field('TEXT', { required: false }), '  ', ''],
  [field('TEXT', { most: 2 }), '三个字', '最多 2 个字'],
  [field('NUMBER'), '1.5', ''],
  [field('NUMBER'), '1.555', '请填写数字，最多两位小数'],
  [field('NUMBER', { least: 0 }), '-1', '不能小于 0'],
  [field('NUMBER', { most: 9 }), '10', '不能大于 9'],
  [field('DATE'), '2026-05-01', ''],
  [field('DATE'), '明天', '请选择日期'],
  [field('CHOICE', { choices: ['大', '小'] }), '中', '请从选项中选择'],
  [field('CHOICE', { choices: ['大', '小'] }), '小', ''],
  [field('PHONE'), '13800138000', ''],
  [field('PHONE'), '12800138000', '请填写 11 位手机号'],
  [field('ID_NUMBER'), '11010519491231002X', ''],
  [field('ID_NUMBER'), '11010519491231002x', ''],
  [field('ID_NUMBER'), '110105194912310021', '身份证号不正确'],
  [field('NEW_KIND'), '什么都行', '']
]

for (const [asked, answer, reason] of CASES) {
  test(`${asked.kind} “${answer}”: ${reason || 'fine'}`, () => assert.equal(forms.mistake(asked, answer), reason))
}

test('only what is wrong is named, and only what was said is sent', () => {
  assert.deepEqual(forms.mistakes([field('TEXT'), field('TEXT', { key: 'g' })], { f: '有' }), { g: '请填写“问题”' })
  assert.deepEqual(forms.given({ f: ' 有 ', g: '  ' }), { f: '有' })
  assert.deepEqual(forms.given(undefined), {})
})
