import { registerAdapters } from '../adapters.js'
import { takeLeave } from './way-back.js'

/** Paying on a page of WeChat's: the browser leaves for it, and comes back to the page of the mini-program in `back`. */
registerAdapters('h5', { requestPayment: leaveForCashier })

async function leaveForCashier({ h5_url: cashier, back }) {
  const address = cashierAddress(cashier, back, location.href)
  const shown = shownAgain()
  await new Promise((resolve) => setTimeout(resolve)) // whoever opened a page just now has it in the history by then
  takeLeave(`#${back}`)
  location.replace(address)
  await shown
  return {}
}

/** @param {string} cashier address of WeChat's page @param {string} back a page of the mini-program @param {string} here @returns {string} */
export function cashierAddress(cashier, back, here) {
  if (!/^https?:\/\//i.test(cashier)) throw new Error('not supported')
  return `${cashier}&redirect_url=${encodeURIComponent(new URL('#' + back, here).href)}`
}

/** Resolves when the browser shows this very document again, which it may have kept while the shopper was away. */
function shownAgain() {
  return new Promise((resolve) => {
    const listen = ({ persisted }) => {
      if (!persisted) return
      window.removeEventListener('pageshow', listen)
      resolve(undefined)
    }
    window.addEventListener('pageshow', listen)
  })
}
