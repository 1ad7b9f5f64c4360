import { SettingsError } from './settings.ts'

/** What commands need that talk to a running server. */
export interface ClientSettings {
  /** Without a slash at the end. */
  readonly url: string
  /** Null: none given. Never printed. */
  readonly token: string | null
}

/** Reads `TOWERFLOW_URL` (default: this machine, port 3000) and `TOWERFLOW_TOKEN`. Throws `SettingsError`. */
export function readClientSettings(env: Readonly<Record<string, string | undefined>> = process.env): ClientSettings {
  const url = env['TOWERFLOW_URL'] || 'http://127.0.0.1:3000'
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new SettingsError(['TOWERFLOW_URL must be an address that begins with https:// or http://'])
  }
  const token = env['TOWERFLOW_TOKEN'] || null
  if (token !== null && !/^[\x21-\x7e]+$/.test(token)) {
    throw new SettingsError([
      'TOWERFLOW_TOKEN must be one line of visible characters',
    ])
  }
  return { url: url.replace(/\/+$/, ''), token }
}
