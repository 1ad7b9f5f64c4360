import { describe, expect, test } from 'vitest'
import { effectiveSettings, readClientSettings, readSettings, SettingsError } from './index.ts'

const linesOf = (env: Record<string, string>): readonly string[] => {
  try {
    readSettings(env)
  } catch (error) {
    if (error instanceof SettingsError) return error.lines
    throw error
  }
  return []
}

describe('settings', () => {
  test('have safe defaults: this machine only, plaintext credentials off', () => {
    const settings = readSettings({})
    expect(settings).toMatchObject({
      host: '127.0.0.1', port: 3000, databaseUrl: null, allowPlaintextCredentials: false, trustedProxies: [],
    })
    expect(settings.dataDir).toBe(`${process.cwd()}/data`)
  })

  test('an empty value is an absent one', () => {
    expect(readSettings({ TOWERFLOW_PORT: '' }).port).toBe(3000)
  })

  test('every mistake is told at once, each with the name of its setting', () => {
    expect(linesOf({
      TOWERFLOW_PORT: '70000', TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS: 'maybe',
      TOWERFLOW_TRUSTED_PROXIES: '10.0.0.0/8, nonsense',
      TOWERFLOW_LOG_LEVEL: 'loud', TOWERFLOW_PUBLIC_URL: 'ftp://x', TOWERFLOW_PROT: '1',
    })).toEqual([
      'TOWERFLOW_PROT is not a setting',
      'TOWERFLOW_PORT must be a port number from 0 to 65535',
      'TOWERFLOW_PUBLIC_URL must be an address that begins with https:// or http://',
      'TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS must be true or false',
      'TOWERFLOW_TRUSTED_PROXIES must be addresses or CIDR ranges, separated by commas',
      'TOWERFLOW_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
    ])
  })

  test('no mistake quotes a password or broken JSON', () => {
    const lines = linesOf({
      TOWERFLOW_DATABASE_URL: 'mysql://me:hunter2@db/x', TOWERFLOW_EXCHANGE_URLS: '{"binance": hunter2',
    })
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toContain('hunter2')
  })

  test('exchange addresses are read by exchange, and by exchange and market', () => {
    const settings = readSettings({
      TOWERFLOW_EXCHANGE_URLS: '{"binance":"http://127.0.0.1:9001/","okx:futures":"http://127.0.0.1:9003"}',
    })
    expect(settings.exchangeUrls).toEqual({ binance: 'http://127.0.0.1:9001', 'okx:futures': 'http://127.0.0.1:9003' })
  })

  test('effective settings hide passwords in addresses and say what was set', () => {
    const shown = effectiveSettings({
      TOWERFLOW_DATABASE_URL: 'postgres://me:hunter2@db:5432/towerflow?sslpassword=hunter2', TOWERFLOW_PORT: '8080',
      TOWERFLOW_EXCHANGE_URLS: '{"binance":"http://me:hunter2@127.0.0.1:9001"}',
    })
    expect(JSON.stringify(shown)).not.toContain('hunter2')
    expect(shown).toContainEqual({ name: 'TOWERFLOW_PORT', value: '8080', source: 'environment' })
    expect(shown).toContainEqual({ name: 'TOWERFLOW_HOST', value: '127.0.0.1', source: 'default' })
    expect(shown).toContainEqual({
      name: 'TOWERFLOW_DATABASE_URL', value: 'postgres://me:***@db:5432/towerflow?sslpassword=***',
      source: 'environment',
    })
  })

  test('the client refuses a token that would break a header', () => {
    expect(() => readClientSettings({ TOWERFLOW_TOKEN: 'a\nb' })).toThrow(SettingsError)
    expect(
      readClientSettings({ TOWERFLOW_URL: 'http://127.0.0.1:3001/' }),
    ).toEqual({ url: 'http://127.0.0.1:3001', token: null })
  })
})
