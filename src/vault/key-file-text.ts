import { MAX_RING_BYTES, parseMasterKeys, serialiseMasterKeys, type MasterKeys } from './master-keys.ts'
import { secretFromText, secretToText } from './secret-text.ts'
import { VaultError } from './seal/index.ts'

const COMMENT = `# Towerflow master key. It opens every exchange key of this installation: show it to nobody.
# Without it every connection is unreadable. Keep a copy, apart from the database and its backups.
`
const HEADER = 'towerflow-master-key v1'
const NEWLINE = 0x0a
/** Room for the largest ring and for comments that people add. */
export const MAX_KEY_FILE_BYTES = Math.ceil(MAX_RING_BYTES * 4 / 3) + 4096

/** The file's text: comments, a line with the version, a line with the ring in base64url. The caller wipes it. */
export function formatKeyFile(keys: MasterKeys): Buffer {
  const bytes = serialiseMasterKeys(keys)
  const secret = secretToText(bytes)
  bytes.fill(0)
  const text = Buffer.concat([Buffer.from(`${COMMENT}${HEADER}\n`), secret, Buffer.from([NEWLINE])])
  secret.fill(0)
  return text
}

/** The reverse; null where it is not a whole key file of this version. Comments and any kind of line end are fine. */
export function parseKeyFile(text: Buffer): MasterKeys | null {
  const [header, secret, ...more] = linesOf(text).filter((line) => line.length > 0 && line[0] !== 0x23)
  if (header === undefined || secret === undefined || more.length > 0) return null
  if (!header.equals(Buffer.from(HEADER))) return null
  const bytes = secretFromText(secret)
  if (bytes === null) return null
  try {
    return parseMasterKeys(bytes)
  } catch (error) {
    if (error instanceof VaultError) return null
    throw error
  }
}

function linesOf(text: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf(NEWLINE, at)
    const next = newline < 0 ? text.length : newline
    let end = next
    while (end > at && (text[end - 1] === 0x0d || text[end - 1] === 0x20)) end--
    lines.push(text.subarray(at, end))
    at = next + 1
  }
  return lines
}
