import { rewriteUrl } from '../config.js'
import { createApi } from './call.js'

/** uploadFile and downloadFile; both know no progress but the end. */
export function transferApis(shell) {
  return { uploadFile: transfer('uploadFile', shell, upload), downloadFile: transfer('downloadFile', shell, download) }
}

function transfer(name, shell, run) {
  return (options) => {
    const abort = new AbortController()
    const progress = new Set()
    const start = async () => {
      const result = await run(shell, options, abort.signal).catch((error) => {
        throw abort.signal.aborted ? new Error('abort') : error
      })
      progress.forEach((listener) => listener({ progress: 100 }))
      return result
    }
    const task = {
      abort: () => abort.abort(),
      onProgressUpdate: (listener) => progress.add(listener),
      offProgressUpdate: (listener) => progress.delete(listener),
    }
    return Object.assign(createApi(name, start)(options) || {}, task)
  }
}

async function upload({ config, temporaryFiles }, { url, filePath, name, header, formData = {} }, signal) {
  const file = temporaryFiles.get(filePath)
  if (!file) throw new Error('file not found')
  const body = new FormData()
  for (const [key, value] of Object.entries(formData)) body.append(key, value)
  body.append(name, file, file.name || 'file')
  const response = await fetch(rewriteUrl(config, url), {
    method: 'POST',
    headers: header,
    body,
    signal,
    credentials: 'omit',
  })
  return { data: await response.text(), statusCode: response.status }
}

async function download({ config, temporaryFiles }, { url, header }, signal) {
  const response = await fetch(rewriteUrl(config, url), { headers: header, signal, credentials: 'omit' })
  const blob = await response.blob()
  const tempFilePath = URL.createObjectURL(blob)
  temporaryFiles.set(tempFilePath, blob)
  return { tempFilePath, statusCode: response.status }
}
