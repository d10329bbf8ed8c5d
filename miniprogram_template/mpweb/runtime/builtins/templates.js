/** Templates of built-in components that have more inside than their slot. */
export const BUILTIN_TEMPLATES = {
  swiper: '<wx-swiper-track><slot /></wx-swiper-track>',
}
