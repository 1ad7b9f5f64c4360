import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { databaseTrouble } from './database-trouble.ts'
import { INSTALLATION } from './meta.ts'
import { databaseFile } from './sqlite.ts'

const CONNECT_MS = 5000
const ASKED = `select 1 from meta where key = '${INSTALLATION}'`
/** SQLite has no code of its own for that. */
const NO_TABLE = /^no such table/
const UNDEFINED_TABLE = '42P01'

/**
 * Whether an installation has its store there; nothing is made or changed. Rejects with the Problem `unavailable` where the
 * database cannot be read.
 */
export async function isInstalled(where: { readonly dataDir: string } | { readonly url: string }): Promise<boolean> {
  try {
    return 'url' in where ? await inPostgres(where.url) : inFile(databaseFile(where.dataDir))
  } catch (error) {
    throw databaseTrouble(error)
  }
}

function inFile(file: string): boolean {
  if (!existsSync(file)) return false
  const db = new DatabaseSync(file, { readOnly: true, timeout: CONNECT_MS })
  try {
    return db.prepare(ASKED).get() !== undefined
  } catch (error) {
    if (error instanceof Error && NO_TABLE.test(error.message)) return false
    throw error
  } finally {
    db.close()
  }
}

async function inPostgres(url: string): Promise<boolean> {
  const client = new Client({
    connectionString: url, application_name: 'towerflow', connectionTimeoutMillis: CONNECT_MS, query_timeout: CONNECT_MS,
  })
  client.on('error', () => undefined) // a connection that breaks is told to whoever waits for the answer
  try {
    await client.connect()
    return (await client.query(ASKED)).rows.length > 0
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return false
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}
