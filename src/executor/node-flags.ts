import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Packages that the executor runs on; where they are installed is what it may read, besides its own sources. */
const PACKAGES = ['undici', 'zod', 'pino', 'decimal.js', '@hpke/core', '@noble/curves/secp256k1.js', '@noble/hashes/sha3.js'] as const

/** What the executor's process may touch besides its code. */
export interface ExecutorPlaces {
  /** Where it listens; it may make and remove this one file. */
  readonly socketPath: string
  /** Read only: it finds the chain's end there. What it adds goes through descriptor 4. */
  readonly auditPath: string
  /** The folder of the safeguards: the one place that is its own. */
  readonly safeguardsPath: string
  /** The folder of its compiled code, which no other process writes to; absent: it compiles at every start. */
  readonly codePath?: string
}

/**
 * Node's flags for the executor: it reads its own code and the audit, writes its safeguards and one socket, and starts nothing. A second
 * fence, not a wall: the network and other processes' signals are not covered (the first fence is a user of its own).
 *
 * `node:sqlite` is switched off because it wrote files outside the allowed paths; `--disable-proto=throw` would break
 * libraries, `delete` does not; add-ons, workers, child processes, WASI and the inspector are refused by `--permission`
 * alone (each tried on Node 24.21).
 */
export function executorNodeFlags({ socketPath, auditPath, safeguardsPath, codePath }: ExecutorPlaces): string[] {
  return [
    '--permission',
    ...readable().map((place) => `--allow-fs-read=${place}`),
    `--allow-fs-read=${auditPath}`,
    `--allow-fs-read=${socketPath}`,
    `--allow-fs-write=${socketPath}`,
    `--allow-fs-read=${safeguardsPath}`,
    `--allow-fs-write=${safeguardsPath}`,
    ...codePath === undefined ? [] : [`--allow-fs-read=${codePath}`, `--allow-fs-write=${codePath}`],
    '--no-experimental-sqlite',
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--disable-sigusr1',
    // Young objects get room from the start (MB): an order's are dead within milliseconds, and with the 1 MB that Node begins
    // with many are moved to the old ones meanwhile. 24 of 184 µs of CPU an order.
    '--min-semi-space-size=16',
    '--max-semi-space-size=32',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ]
}

function readable(): string[] {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')
  const folders = PACKAGES.map((name) => {
    const file = fileURLToPath(import.meta.resolve(name))
    const at = file.lastIndexOf(`${path.sep}node_modules${path.sep}`)
    return file.slice(0, at + `${path.sep}node_modules`.length)
  })
  // `node_modules` may hold links to where the packages really are.
  return [path.join(root, 'src'), path.join(root, 'package.json'), ...new Set([path.join(root, 'node_modules'), ...folders])]
}
