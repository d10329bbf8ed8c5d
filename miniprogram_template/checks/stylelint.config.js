/** What is a fault on a phone is an error; how lines are set is left to the writer. */
export default {
  rules: {
    'block-no-empty': true,
    'color-no-invalid-hex': true,
    'declaration-block-no-duplicate-properties': true,
    'property-no-unknown': true,
    'selector-pseudo-class-no-unknown': [true, { ignorePseudoClasses: ['host'] }],
    'selector-type-no-unknown': [true, { ignoreTypes: ['page', 'view', 'text', 'image', 'swiper', 'scroll-view', 'rich-text', 'icon', '/^w-/'] }],
    'unit-no-unknown': [true, { ignoreUnits: ['rpx'] }]
  }
}
