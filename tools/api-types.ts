import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { startInProcess } from '../tests/api/in-process.ts'
import { typesOf, type Description } from './json-schema-types.ts'

// Writes the page's types of the API, from the description that the server itself gives (`npm run web:types`).

export const FILE = path.resolve(import.meta.dirname, '../web/src/api/schema.ts')

/** The file as it should be now. */
export async function currentTypes(): Promise<string> {
  const server = await startInProcess()
  try {
    const answer = await fetch(`${server.url}/api/v1/openapi.json`)
    return typesOf(await answer.json() as Description)
  } finally {
    await server.stop()
  }
}

if (import.meta.main) writeFileSync(FILE, await currentTypes())
