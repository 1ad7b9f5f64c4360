// Runs with the executor's flags and tries what the executor must not be able to do. Prints what happened, by name.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { open } from 'node:inspector'
import { createConnection } from 'node:net'
import process from 'node:process'
import { Worker } from 'node:worker_threads'

const [socketPath, auditPath, outside] = process.argv.slice(2)

async function attempt(run) {
  try {
    await run()
    return 'done'
  } catch (error) {
    return error.code ?? error.name
  }
}

const results = {
  readOutside: await attempt(() => readFileSync('/etc/passwd')),
  readEnvironment: await attempt(() => readFileSync('/proc/self/environ')),
  readMasterKey: await attempt(() => readFileSync(outside)),
  writeOutside: await attempt(() => writeFileSync(`${outside}.new`, 'x')),
  writeBesideSocket: await attempt(() => writeFileSync(`${socketPath}.other`, 'x')),
  truncateAudit: await attempt(() => writeFileSync(auditPath, '')),
  removeAudit: await attempt(() => unlinkSync(auditPath)),
  appendAudit: await attempt(() => appendFileSync(auditPath, 'x')),
  readAudit: await attempt(() => readFileSync(auditPath)),
  writeInheritedAudit: await attempt(() => writeSync(4, 'line\n')),
  writeSource: await attempt(() => writeFileSync(new URL('../../../src/executor/main.ts', import.meta.url), '')),
  childProcess: await attempt(() => { const { error } = spawnSync('/bin/true'); if (error) throw error }),
  worker: await attempt(() => new Worker('0', { eval: true })),
  inspector: await attempt(() => open(0)),
  sqlite: await attempt(() => import('node:sqlite')),
  addon: await attempt(() => process.dlopen({ exports: {} }, '/nowhere.node')),
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- this is what is tried
  evaluate: await attempt(() => Function('return 1')()),
  heapSnapshot: await attempt(async () => (await import('node:v8')).writeHeapSnapshot(`${outside}.heap`)),
  seesOutside: await attempt(() => existsSync(outside)),
  connectSocket: await attempt(() => new Promise((resolve, reject) => { const c = createConnection(socketPath); c.on('error', reject); c.on('connect', resolve) })),
}
process.stdout.write(JSON.stringify(results))
process.exit(0)
