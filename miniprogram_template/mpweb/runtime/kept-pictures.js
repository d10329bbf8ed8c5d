/**
 * Loads the small pictures of the package and holds on to them: a phone has them, with or without a network.
 * @param {import('./shell.js').Shell} shell
 */
export function keepPictures(shell) {
  shell.keptPictures = shell.source.pictures.map((file) =>
    Object.assign(new Image(), { src: shell.assetAddress('/' + file) }),
  )
}
