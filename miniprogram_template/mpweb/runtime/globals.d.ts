/** What the runtime gives the mini-program, and what glass-easel writes on nodes. */
interface Window {
  wx: Record<string, any>
  App: (definition: any) => void
  getApp: () => any
}

interface Node {
  __wxElement?: any
}

declare module '*.txt' {
  const text: string
  export default text
}

/** The first page of app.json, which the compiler puts into first.js. */
declare const FIRST_PAGE: string
