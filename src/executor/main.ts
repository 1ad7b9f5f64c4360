import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import path from 'node:path'
import { openAuditWriter } from '#audit'
import { systemClock } from '#clock'
import { readSettings } from '#config'
import { EXCHANGES, Http, openExchange } from '#exchanges'
import { createLog } from '#log'
import { openSafeguards } from '#safeguards'
import { openingKeys, receiveMasterKeys } from '#vault'
import { auditNews } from './audit-news.ts'
import { AuditTurns } from './audit-turns.ts'
import { ExecutorServer } from './server.ts'
import { ExecutorService } from './service.ts'

// The process that alone holds the master key. It is given: the key ring over descriptor 3, the audit file to add to as
// descriptor 4, a standard input that ends when whoever started it is gone, and settings that hold no secret.

const KEY_RING_FD = 3
const AUDIT_FD = 4
const KEY_RING_DEADLINE_MS = 10_000
const AUDIT_FILE = 'audit.log'
const SAFEGUARDS = 'safeguards'

const settings = readSettings()
const log = createLog({ level: settings.logLevel, process: 'executor' })
const clock = systemClock

const [masterKeys, audit] = await Promise.all([
  receiveMasterKeys(KEY_RING_FD, KEY_RING_DEADLINE_MS),
  openAuditWriter({ fd: AUDIT_FD, path: path.join(settings.dataDir, AUDIT_FILE), clock }),
])
// An audit that has entries says that this is no first start.
const { safeguards, found } = await openSafeguards(path.join(settings.dataDir, SAFEGUARDS), clock, audit.head().seq > 0, settings.caps)
for (const freeze of safeguards.freezes()) log.warn({ ...freeze }, 'frozen')
if (found === 'damaged') log.fatal({ folder: SAFEGUARDS }, 'the state file was damaged: entries are frozen for everybody until somebody has looked and thaws')
const http = new Http(clock)
const exchanges = new Map(EXCHANGES.map((module) => [module.description.id, openExchange(module, { http, clock, urls: settings.exchangeUrls })]))
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

const uses = new AuditTurns(audit, clock, auditNews(clock, (push) => { server.push(push) }))
const service = new ExecutorService({
  clock, version, exchanges,
  push: (push) => { server.push(push) },
  openingKeys: await openingKeys(masterKeys),
  room: { masterKeys, audit: uses, log, safeguards },
})
const server = new ExecutorServer(service, log, clock)
await server.listen(settings.executorSocket)
log.info({ socket: settings.executorSocket, exchanges: [...exchanges.keys()] }, 'the executor listens')
// Otherwise it would be kept at an orderly end only, and the next start follows on the other kind.
setImmediate(flushCompileCache)

/** Ends at once: orders on the wire are looked up by whoever asked for them, and nothing else may still be begun. */
async function stop(reason: string): Promise<void> {
  server.close()
  log.info({ reason }, 'the executor ends')
  try {
    uses.flush()
    await safeguards.close()
    await audit.close()
  } catch (error) {
    log.error({ err: error }, 'the end of the audit or of the safeguards could not be flushed to disk')
    process.exitCode = 1
  }
  process.exit()
}

process.once('SIGTERM', () => void stop('SIGTERM'))
process.once('SIGINT', () => void stop('SIGINT'))
process.stdin.resume()
process.stdin.once('end', () => void stop('whoever started it is gone'))
process.stdin.once('error', () => void stop('standard input broke'))
