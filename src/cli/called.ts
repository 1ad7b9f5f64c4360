import path from 'node:path'

const INSTALLED = 'towerflow'
/** Where npm puts the links of a project's own packages: on nobody's PATH but its scripts'. */
const PROJECT_LINKS = '.bin'

/**
 * What to type before a command, for whoever called the program by `file` in the folder `from`: the name of the link that
 * npm installs, or `node` and the file, by its shorter path.
 */
export function calledAs(file: string, from: string): string {
  if (path.basename(file) === INSTALLED && path.basename(path.dirname(file)) !== PROJECT_LINKS) return INSTALLED
  const near = path.relative(from, file)
  return `node ${quoted(near.length < file.length ? near : file)}`
}

/** As one word for a shell. */
function quoted(file: string): string {
  if (/^[\w./\\:@+~-]+$/.test(file)) return file
  return process.platform === 'win32' ? `"${file}"` : `'${file.replaceAll("'", "'\\''")}'`
}

/** What to type before a command here; every command that is suggested begins with it. */
export const PROGRAM = calledAs(process.argv[1] ?? INSTALLED, process.cwd())
