import { rewriteUrl } from '../config.js'
import { createApi } from './call.js'

/** uploadFile and downloadFile. */
export function transferApis(shell) {
  return { uploadFile: transfer('uploadFile', shell, upload), downloadFile: transfer('downloadFile', shell, download) }
}

function transfer(name, shell, run) {
  return (options) => {
    const abort = new AbortController()
    const listeners = new Set()
    const progress = {
      isWatched: () => listeners.size > 0,
      tell: (detail) => listeners.forEach((listener) => listener(detail)),
    }
    const start = async () => {
      await null // who watches the progress says so after the call
      const result = await run(shell, options, abort.signal, progress).catch((error) => {
        throw abort.signal.aborted ? new Error('abort') : error
      })
      progress.tell({ ...result.counted, progress: 100 })
      delete result.counted
      return result
    }
    const task = {
      abort: () => abort.abort(),
      onProgressUpdate: (listener) => listeners.add(listener),
      offProgressUpdate: (listener) => (listener ? listeners.delete(listener) : listeners.clear()),
    }
    return Object.assign(createApi(name, start)(options) || {}, task)
  }
}

async function upload({ config, temporaryFiles }, options, signal, progress) {
  const { filePath, name, header = {}, formData = {} } = options
  const file = temporaryFiles.get(filePath)
  if (!file) throw new Error('file not found')
  const body = new FormData()
  for (const [key, value] of Object.entries(formData)) body.append(key, value)
  body.append(name, file, file.name || 'file')
  const url = rewriteUrl(config, options.url)
  const counted = { totalBytesSent: file.size, totalBytesExpectedToSend: file.size }
  if (progress.isWatched()) return { ...(await sendWatched(url, header, body, signal, progress)), counted }
  const response = await fetch(url, { method: 'POST', headers: header, body, signal, credentials: 'omit' })
  return { data: await response.text(), statusCode: response.status, counted }
}

/** fetch does not tell how much it has sent; XMLHttpRequest does, but takes cookies of its own origin along. */
function sendWatched(url, header, body, signal, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    for (const [name, value] of Object.entries(header)) request.setRequestHeader(name, String(value))
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      if (loaded >= total) return // the end is told when the answer is there
      const percent = Math.floor((loaded / total) * 100)
      progress.tell({ progress: percent, totalBytesSent: loaded, totalBytesExpectedToSend: total })
    })
    request.addEventListener('load', () => resolve({ data: request.responseText, statusCode: request.status }))
    for (const name of ['error', 'abort', 'timeout']) request.addEventListener(name, () => reject(new Error(name)))
    signal.addEventListener('abort', () => request.abort())
    request.send(body)
  })
}

async function download({ config, temporaryFiles }, { url, header }, signal, progress) {
  const response = await fetch(rewriteUrl(config, url), { headers: header, signal, credentials: 'omit' })
  const blob = await readBlob(response, progress)
  const tempFilePath = URL.createObjectURL(blob)
  temporaryFiles.set(tempFilePath, blob)
  const counted = { totalBytesWritten: blob.size, totalBytesExpectedToWrite: blob.size }
  return { tempFilePath, statusCode: response.status, counted }
}

async function readBlob(response, progress) {
  const total = Number(response.headers.get('content-length'))
  if (!total || !response.body) return response.blob()
  const parts = []
  let written = 0
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) return new Blob(parts, { type: response.headers.get('content-type') || '' })
    parts.push(value)
    written += value.length
    // a packed answer is longer than it said
    if (written < total) progress.tell({ progress: Math.floor((written / total) * 100), totalBytesWritten: written, totalBytesExpectedToWrite: total })
  }
}
