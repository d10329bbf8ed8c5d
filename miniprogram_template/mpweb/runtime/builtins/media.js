import { createNative, listen } from './native.js'

/** Pictures, video, frames and canvas. */
export function media(shell) {
  return {
    image: image(shell),
    'cover-image': image(shell),
    video: video(shell),
    'web-view': {
      properties: { src: String },
      attached() {
        this.native = createNative('iframe', 'mp-web-view', { title: 'web-view' })
        this.native.setAttribute('sandbox', 'allow-scripts allow-forms allow-popups')
        this.native.src = this.data.src
        listen(this.native, 'load', () => this.triggerEvent('load', { src: this.data.src }))
        this.$$.append(this.native)
      },
      observers: {
        src(value) {
          if (this.native) this.native.src = value
        },
      },
    },
    canvas: {
      properties: { type: String, canvasId: String, disableScroll: Boolean },
      attached() {
        this.native = createNative('canvas')
        this.$$.append(this.native)
      },
    },
  }
}

function image(shell) {
  return {
    labelsInside: true,
    properties: {
      src: String,
      mode: { type: String, value: 'scaleToFill' },
      lazyLoad: Boolean,
      webp: Boolean,
      showMenuByLongpress: Boolean,
      fadeShow: Boolean,
      referrerPolicy: String,
    },
    attached() {
      this.native = createNative('img', 'mp-image', { draggable: false, alt: '' })
      listen(this.native, 'load', () =>
        this.triggerEvent('load', { width: this.native.naturalWidth, height: this.native.naturalHeight }),
      )
      listen(this.native, 'error', () => this.triggerEvent('error', { errMsg: `GET ${this.native.src} failed` }))
      this.$$.append(this.native)
      this.draw()
    },
    methods: {
      draw() {
        if (!this.native) return
        const { src, mode, lazyLoad, ariaLabel } = this.data
        this.$$.setAttribute('mode', mode)
        if (lazyLoad) this.native.loading = 'lazy'
        if (ariaLabel) this.native.alt = ariaLabel
        const address = shell.assetAddress(src, this)
        if (!address) this.native.removeAttribute('src')
        else if (this.native.src !== address) this.native.src = address
      },
    },
    observers: {
      'src, mode, ariaLabel'() {
        this.draw()
      },
    },
  }
}

function video(shell) {
  const draw = function draw() {
    if (!this.native) return
    const { src, poster, controls, loop, muted } = this.data
    const address = shell.assetAddress(src, this)
    if (this.native.src !== address) this.native.src = address
    Object.assign(this.native, { poster: shell.assetAddress(poster, this), controls, loop, muted, playsInline: true })
  }
  return {
    properties: {
      src: String,
      poster: String,
      controls: { type: Boolean, value: true },
      autoplay: Boolean,
      loop: Boolean,
      muted: Boolean,
      objectFit: String,
      title: String,
      initialTime: Number,
    },
    attached() {
      this.native = createNative('video', '', { autoplay: this.data.autoplay, currentTime: this.data.initialTime })
      listen(this.native, 'play pause ended timeupdate error', (event) => {
        this.triggerEvent(event.type, { currentTime: this.native.currentTime, duration: this.native.duration })
      })
      this.$$.append(this.native)
      draw.call(this)
    },
    observers: { 'src, poster, controls, loop, muted': draw },
  }
}
