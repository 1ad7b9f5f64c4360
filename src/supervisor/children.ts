import { spawn, type ChildProcess } from 'node:child_process'
import { constants, closeSync, mkdirSync, openSync } from 'node:fs'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Settings } from '#config'
import { executorNodeFlags } from '#executor'
import { sendMasterKeys, type KeyProvider } from '#vault'

// Every child gets, as its standard input, a pipe that the supervisor never writes to: its end tells the child that the
// supervisor is gone, however it went, and the child ends at once. That holds for SIGKILL too, where nothing else does.

/** The descriptor that a child's standard output and error go to. */
export type ChildOutput = number

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** What every process may see of the environment; nothing of the rest is handed on. */
function handedOn(): Record<string, string> {
  // oxlint-disable-next-line node/no-process-env -- no setting is read here: these go to the children as they are
  const ours = process.env
  const names = ['PATH', 'HOME', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE',
    'SSL_CERT_DIR']
  return Object.fromEntries(names.flatMap((name) => (ours[name] === undefined ? [] : [[name, ours[name]]])))
}

/** The executor: Node's permission model, the key ring through descriptor 3, the audit file as descriptor 4, its safeguards. */
export async function startExecutor(settings: Settings, keys: KeyProvider, output: ChildOutput): Promise<ChildProcess> {
  const masterKeys = await keys.load()
  if (masterKeys === null) throw new Error(`there is no master key (${keys.place})`)
  const auditFile = auditPath(settings)
  // The executor only inherits it: under the permission model it can add to the file, but not open it to change it.
  const audit = openSync(auditFile, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600)
  try {
    // There before the process starts: what it may write is looked at then.
    const safeguardsPath = path.join(settings.dataDir, 'safeguards')
    mkdirSync(safeguardsPath, { recursive: true, mode: 0o700 })
    // Compiled code halves the time to start. It is code: a folder of its own, not the one that the server writes to.
    const codePath = path.join(settings.dataDir, 'run', 'executor-code')
    mkdirSync(codePath, { recursive: true, mode: 0o700 })
    const flags = executorNodeFlags({ socketPath: settings.executorSocket, auditPath: auditFile, safeguardsPath, codePath })
    const child = spawn(process.execPath, [...flags, here('../executor/main.ts')], {
      detached: OWN_GROUP,
      stdio: ['pipe', output, output, 'pipe', audit],
      env: {
        ...handedOn(),
        TOWERFLOW_DATA_DIR: settings.dataDir, TOWERFLOW_EXECUTOR_SOCKET: settings.executorSocket,
        TOWERFLOW_EXCHANGE_URLS: JSON.stringify(settings.exchangeUrls), TOWERFLOW_LOG_LEVEL: settings.logLevel,
        TOWERFLOW_CAP_ORDERS_PER_MINUTE: String(settings.caps.ordersPerMinute ?? ''),
        TOWERFLOW_CAP_NOTIONAL_PER_ORDER: settings.caps.notionalPerOrder ?? '', TOWERFLOW_CAP_NOTIONAL_PER_DAY: settings.caps.notionalPerDay ?? '',
        NODE_COMPILE_CACHE: codePath,
      },
    })
    quiet(child)
    // Where the pipe breaks the child has died already, or is of no use.
    await sendMasterKeys(child.stdio[3] as Writable, masterKeys).catch(() => child.kill('SIGKILL'))
    return child
  } finally {
    closeSync(audit)
  }
}

/** The server: no key, nothing of the master key's place; an IPC channel to say where it listens. */
export async function startServer(settings: Settings, output: ChildOutput): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...NODE_FLAGS, here('../server/main.ts')], {
    detached: OWN_GROUP,
    stdio: ['pipe', output, output, 'ipc'],
    env: { ...handedOn(), ...environmentOf(settings), NODE_COMPILE_CACHE: here('../../node_modules/.cache/towerflow') },
  })
  quiet(child)
  return child
}

/** Where the executor's own record of every use of a key stands. */
export const auditPath = (settings: Settings): string => path.join(settings.dataDir, 'audit.log')

// Ctrl-C in a terminal goes to the whole group of processes. The children are to be stopped by us, in order.
const OWN_GROUP = process.platform !== 'win32'
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning']

// The pipe breaks when the child dies; its exit says so.
function quiet(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.on('error', () => undefined)
}

/** The settings as the server reads them; the master key's place is none of its business. */
function environmentOf(settings: Settings): Record<string, string> {
  const values: Record<string, string | null> = {
    TOWERFLOW_DATA_DIR: settings.dataDir, TOWERFLOW_HOST: settings.host, TOWERFLOW_PORT: String(settings.port),
    TOWERFLOW_DATABASE_URL: settings.databaseUrl, TOWERFLOW_PUBLIC_URL: settings.publicUrl,
    TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS: String(settings.allowPlaintextCredentials),
    TOWERFLOW_TRUSTED_PROXIES: settings.trustedProxies.join(','), TOWERFLOW_EXECUTOR_SOCKET: settings.executorSocket,
    TOWERFLOW_LOG_LEVEL: settings.logLevel,
    // The server has no business at exchanges; simulators make up keys for whoever wants to practise.
    ...(settings.practice ? { TOWERFLOW_PRACTICE: 'true', TOWERFLOW_EXCHANGE_URLS: JSON.stringify(settings.exchangeUrls) } : {}),
  }
  return Object.fromEntries(Object.entries(values)
    .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''))
}
