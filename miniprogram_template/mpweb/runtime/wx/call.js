/**
 * Makes an API of WeChat's shape: with a callback it answers that, without one it returns a promise.
 * @param {string} name begins every errMsg
 * @param {(options: any) => any} run gives the fields of the result or throws
 * @returns {(options?: any) => Promise<any> | undefined}
 */
export function createApi(name, run) {
  return (options = {}) => {
    const result = attempt(name, run, options)
    const { success, fail, complete } = options
    if (!success && !fail && !complete) return result
    result
      .then(
        (value) => {
          success?.(value)
          complete?.(value)
        },
        (error) => {
          fail?.(error)
          complete?.(error)
        },
      )
      .catch(reportLater)
    return undefined
  }
}

/** @param {Record<string, (options: any) => any>} runs by name @returns {Record<string, any>} */
export function createApis(runs) {
  return Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, createApi(name, run)]))
}

/** @param {string} name @param {any} error @returns {{ errMsg: string, errno?: number }} in WeChat's words */
export function toFailure(name, error) {
  const reason = error?.message ?? error ?? ''
  const failure = { errMsg: `${name}:fail ${reason}`.trim() }
  return error?.errno === undefined ? failure : { ...failure, errno: error.errno }
}

async function attempt(name, run, options) {
  try {
    return { errMsg: name + ':ok', ...(await run(options)) }
  } catch (error) {
    throw toFailure(name, error)
  }
}

/** A fault in a callback is the page's own and must be seen. */
function reportLater(error) {
  setTimeout(() => {
    throw error
  })
}
