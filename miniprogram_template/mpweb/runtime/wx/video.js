/** What drives a video that is painted. @param {import('../shell.js').Shell} shell */
export function videoApis(shell) {
  return { createVideoContext: (id, component) => videoContext(shell, id, component) }
}

/** The video `id` of a component, or of the page on top; one that is not there does nothing. */
function videoContext(shell, id, component) {
  const owner = component || shell.router.top.instance
  const native = () => owner._$.getShadowRoot().querySelector('#' + id)?.$$?.querySelector('video')
  return {
    play: () => void native()?.play(),
    pause: () => native()?.pause(),
    stop: () => seek(native(), 0)?.pause(),
    seek: (seconds) => void seek(native(), seconds),
  }
}

function seek(video, seconds) {
  if (video) video.currentTime = seconds
  return video
}
