/** What goes wrong on the way to the shop, and what to tell the shopper. */

class ApiError extends Error {
  /** `status` 0 means that no answer came. `code` never changes, `message` is for people. */
  constructor({ status, code, message, detail, requestId }) {
    super(message)
    this.status = status
    this.code = code
    this.detail = detail || {}
    this.requestId = requestId || ''
  }

  /** Nothing was answered: no network, or the shop's server did not speak. */
  get offline() {
    return this.status === 0
  }

  /** Worth another try without changing anything. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

const WORDS = {
  0: '网络不太好，请检查后重试',
  429: '操作太快了，请稍等一会儿',
  503: '店铺正忙，请稍后再试'
}

/** The error of an answer of the API; the server's own words win. */
function fromAnswer({ statusCode, data, header }) {
  const said = data && typeof data === 'object' ? data : {}
  return new ApiError({
    status: statusCode,
    code: said.code || `http_${statusCode}`,
    message: said.message || WORDS[statusCode] || '出了点问题，请稍后再试',
    detail: said.detail,
    requestId: said.request_id || (header && (header['X-Request-ID'] || header['x-request-id']))
  })
}

/** The error of a request that was not answered. */
function fromSilence(failure) {
  const timeout = /timeout/i.test((failure && failure.errMsg) || '')
  return new ApiError({ status: 0, code: timeout ? 'timeout' : 'offline', message: timeout ? '等得太久了，请重试' : WORDS[0], detail: {}, requestId: '' })
}

module.exports = { ApiError, fromAnswer, fromSilence }
