// Moves what SQLite's log holds into the database file, whenever it is asked to: a thread with a connection of its own.
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

if (parentPort === null) throw new Error('this is no program: it runs as a thread of the server')
const port = parentPort
const db = new DatabaseSync(workerData as string)
db.exec('pragma synchronous = full')
const checkpoint = db.prepare('pragma wal_checkpoint(passive)')

port.on('message', (wish: 'checkpoint' | 'end') => {
  if (wish === 'checkpoint') {
    checkpoint.get()
    port.postMessage('done')
    return
  }
  db.close()
  port.close()
})
