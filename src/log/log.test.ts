import { expect, test } from 'vitest'
import { createLog, Secret } from './index.ts'

const SECRET = 'hunter2-hunter2'

function written(write: (log: ReturnType<typeof createLog>) => void): string {
  let lines = ''
  write(createLog({ level: 'trace', process: 'test', to: { write: (line: string) => { lines += line } } }))
  return lines
}

test('a secret is hidden at any depth and under any spelling of its name', () => {
  const lines = written((log) => {
    log.info(
      {
        apiKey: SECRET, a: { b: { API_SECRET: SECRET, c: [{ passphrase: SECRET }] } },
        headers: { 'x-mbx-apikey': SECRET },
      },
      'x',
    )
    log.info({ held: new Secret(SECRET), bytes: Buffer.from(SECRET) }, `the ${String(new Secret(SECRET))}`)
    log.warn({ list: [{ token: SECRET }], 'set-cookie': SECRET }, 'y')
  })
  expect(lines.split('\n').filter((line) => line !== '')).toHaveLength(3)
  expect(lines).not.toContain(SECRET)
  expect(lines).not.toContain('104,117,110')
})

test('an error is written without its further properties, its cause likewise', () => {
  const cause = Object.assign(new Error('inner'), { request: { headers: { key: SECRET } } })
  const error = Object.assign(new Error('outer', { cause }), { config: { secret: SECRET, text: SECRET }, code: 'E_X' })
  for (const lines of [
    written((log) => { log.error({ err: error }, 'failed') }),
    written((log) => { log.error({ a: { deep: error } }, 'failed') }),
  ]) {
    expect(lines).toContain('outer')
    expect(lines).toContain('inner')
    expect(lines).toContain('E_X')
    expect(lines).not.toContain(SECRET)
  }
})

test('what is long is cut', () => {
  expect(written((log) => { log.info({ text: 'x'.repeat(100_000) }, 'y'.repeat(100_000)) }).length).toBeLessThan(5000)
})
