// What a shopper's finger, eye or screen reader would find wrong with the mini-program's page on top.
(least) => {
  const problems = []
  const page = document.querySelector('.mp-view:not([hide]) wx-page')
  if (!page) return ['no page']
  const words = (element) =>
    (element.getAttribute('aria-label') || element.textContent || element.className || element.tagName).trim().replace(/\s+/g, ' ').slice(0, 40)
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const own = (element) => page.contains(element) || element.closest('.mp-tab, .mp-panel')

  if (page.scrollWidth > page.clientWidth + 1) problems.push(`horizontal overflow: ${page.scrollWidth} > ${page.clientWidth}`)

  // Pictures
  for (const picture of document.images)
    if (own(picture) && shown(picture) && picture.src && picture.complete && !picture.naturalWidth) problems.push(`broken picture: ${picture.src}`)

  // Text cut off below or above, where no ellipsis says so
  for (const element of page.querySelectorAll('*')) {
    const style = getComputedStyle(element)
    const cut = element.scrollHeight - element.clientHeight
    if (!/hidden|clip/.test(style.overflowY) || !shown(element) || !element.clientHeight || style.webkitLineClamp !== 'none') continue
    if (cut > 4 && hasText(element)) problems.push(`clipped by ${cut} px below: "${words(element)}"`)
  }
  function hasText(element) {
    return [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) || [...element.children].some((child) => /^WX-TEXT$/.test(child.tagName))
  }

  // Contrast: text on the colours of the boxes around it; on pictures it is for people to judge
  const read = (colour) => {
    const found = colour.match(/[\d.]+/g).map(Number)
    return { rgb: found.slice(0, 3), alpha: found[3] ?? 1 }
  }
  const over = (above, below) => above.rgb.map((part, index) => part * above.alpha + below[index] * (1 - above.alpha))
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) => {
    const layers = []
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (style.backgroundImage !== 'none') return null
      const layer = read(style.backgroundColor)
      layers.push(layer)
      if (layer.alpha === 1) break
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255])
  }
  const off = (element) => element.closest('[disabled]:not([disabled=false]), [aria-disabled=true], :disabled')
  const texts = document.createTreeWalker(document.getElementById('mp'), NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    if (!texts.currentNode.textContent.trim() || !own(element) || !shown(element) || off(element) || element.closest('[aria-hidden=true]')) continue
    const style = getComputedStyle(element)
    const ground = behind(element)
    if (!ground) continue
    const [a, b] = [light(over(read(style.color), ground)), light(ground)]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    const size = parseFloat(style.fontSize)
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5
    if (ratio < needed - 0.005) problems.push(`contrast ${ratio.toFixed(2)} < ${needed}: "${words(element)}"`)
  }

  // Targets: how far from its middle a touch still arrives at it
  const TARGETS = '[role=button], [role=link], [role=tab], [role=radio], [role=checkbox], [role=switch], button, input, textarea, wx-navigator, wx-button'
  const targets = [...document.querySelectorAll(TARGETS)].filter((element) => own(element) && shown(element) && !off(element))
  const reaches = (element, x, y) => {
    const hit = document.elementFromPoint(x, y)
    return hit && (element.contains(hit) || (hit.contains(element) && hit.matches(`${TARGETS}, wx-input, wx-textarea`)) || hit.closest('wx-label, label')?.contains(element))
  }
  for (const element of targets) {
    if (targets.some((outer) => outer !== element && outer.contains(element) && !outer.matches('[role=link], wx-navigator'))) continue
    const box = element.getBoundingClientRect()
    if (box.width < 1 || box.height < 1) continue
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
    if (x < 0 || x > innerWidth || y < 0 || y > innerHeight || !reaches(element, x, y)) continue
    const far = (dx, dy) => {
      let step = 0
      while (step < least && reaches(element, x + dx * (step + 0.5), y + dy * (step + 0.5))) step += 0.5
      return step
    }
    const wide = far(1, 0) + far(-1, 0)
    const high = far(0, 1) + far(0, -1)
    if (wide < least - 1 || high < least - 1) problems.push(`target ${Math.round(wide)}×${Math.round(high)} < ${Math.round(least)}: "${words(element)}"`)
  }
  return [...new Set(problems)]
}
