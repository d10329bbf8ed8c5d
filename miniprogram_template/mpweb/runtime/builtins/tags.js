/** Tags that need no entry in usingComponents. The compiler and the runtime share this list. */
export const DRAWN_TAGS = [
  'view', 'text', 'icon', 'image', 'button', 'form', 'label', 'input', 'textarea', 'checkbox', 'checkbox-group',
  'radio', 'radio-group', 'switch', 'slider', 'progress', 'picker', 'picker-view', 'picker-view-column',
  'scroll-view', 'swiper', 'swiper-item', 'navigator', 'rich-text', 'web-view', 'video', 'canvas', 'cover-view',
  'cover-image', 'movable-area', 'movable-view', 'root-portal', 'page-container', 'page-meta', 'navigation-bar',
  'match-media', 'share-element', 'open-data',
]

/** Tags of WeChat that a browser cannot show: they draw a box that says so. */
export const PLACEHOLDER_TAGS = [
  'map', 'camera', 'live-player', 'live-pusher', 'editor', 'audio', 'ad', 'ad-custom', 'official-account',
  'functional-page-navigator', 'voip-room', 'channel-live', 'channel-video', 'store-product', 'store-home',
]

/** Tags that belong to the template language itself. */
export const LANGUAGE_TAGS = ['block', 'template', 'import', 'include', 'slot', 'wxs']

export const BUILTIN_TAGS = new Set([...DRAWN_TAGS, ...PLACEHOLDER_TAGS])
