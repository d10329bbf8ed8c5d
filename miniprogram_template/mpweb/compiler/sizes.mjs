const KB = 1024
const MAIN_LIMIT = 1536 * KB
const SUB_PACKAGE_LIMIT = 2048 * KB
const TOTAL_LIMIT = 4096 * KB

/**
 * @typedef {{ name: string, bytes: number, limit: number }} PackageSize
 * @param {import('./project.mjs').Project} project
 * @returns {PackageSize[]} the main package, each sub-package and the total, as WeChat counts source files
 */
export function measurePackages(project) {
  const bytes = new Map([['', 0], ...project.subPackages.map(({ root }) => [root, 0])])
  for (const file of project.files.uploaded()) {
    const home = project.packageOf(file)
    bytes.set(home, bytes.get(home) + project.files.size(file))
  }
  const packages = [...bytes].map(([root, size]) =>
    root ? { name: root, bytes: size, limit: SUB_PACKAGE_LIMIT } : { name: 'main', bytes: size, limit: MAIN_LIMIT },
  )
  const total = packages.reduce((sum, item) => sum + item.bytes, 0)
  return [...packages, { name: 'total', bytes: total, limit: TOTAL_LIMIT }]
}

/** @param {PackageSize[]} sizes @param {import('./diagnostics.mjs').Diagnostics} diagnostics */
export function checkSizes(sizes, diagnostics) {
  for (const { name, bytes, limit } of sizes) {
    if (bytes > limit)
      diagnostics.error(
        { file: 'app.json' },
        `package "${name}" has ${formatSize(bytes)}, more than ${formatSize(limit)}`,
      )
  }
}

/** @param {number} bytes @returns {string} KB with one decimal */
export function formatSize(bytes) {
  return `${(bytes / KB).toFixed(1)} KB`
}
