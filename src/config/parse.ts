import { isIP } from 'node:net'

// Each reads one setting's text and throws `RangeError` with what is wrong. No message quotes the text: an address may
// hold a password.

export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new RangeError('must be a port number from 0 to 65535')
  return port
}

export function parseSwitch(text: string): boolean {
  const known: Record<string, boolean> = {
    true: true, 1: true, yes: true, on: true, false: false, 0: false, no: false, off: false,
  }
  const value = Object.hasOwn(known, text.toLowerCase()) ? known[text.toLowerCase()] : undefined
  if (value === undefined) throw new RangeError('must be true or false')
  return value
}

export function parseDatabaseUrl(text: string): string {
  if (!URL.canParse(text) || !/^postgres(ql)?:$/.test(new URL(text).protocol)) {
    throw new RangeError('must be an address that begins with postgres://')
  }
  return text
}

export function parsePublicUrl(text: string): string {
  if (!URL.canParse(text)) throw new RangeError('must be an address that begins with https:// or http://')
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol)) throw new RangeError('must be an address that begins with https:// or http://')
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new RangeError(
      'must have no query, fragment or user',
    )
  }
  return url.toString().replace(/\/+$/, '')
}

/** One address or CIDR range. */
export function parseAddressRange(text: string): string {
  const [address = '', prefix, ...rest] = text.split('/')
  const family = isIP(address)
  const bits = family === 4 ? 32 : 128
  const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
  if (family === 0 || !fits || rest.length > 0) {
    throw new RangeError(
      'must be addresses or CIDR ranges, separated by commas',
    )
  }
  return text
}

const EXCHANGE_KEY = /^[a-z][a-z0-9]{1,31}(:[a-z]{1,16})?$/

/** `{"binance":"http://127.0.0.1:9001"}`; addresses without path at the end. */
export function parseExchangeUrls(text: string): Readonly<Record<string, string>> {
  const parsed = readJson(text)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new RangeError(
      'must be a JSON object of addresses by exchange',
    )
  }
  const urls: Record<string, string> = {}
  for (const [id, url] of Object.entries(parsed)) {
    if (!EXCHANGE_KEY.test(id)) {
      throw new RangeError(
        'must name exchanges in lower case, such as "binance" or "binance:futures"',
      )
    }
    if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new RangeError(`must have an http:// or https:// address for "${id}"`)
    }
    urls[id] = url.replace(/\/+$/, '')
  }
  return urls
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw new RangeError('must be valid JSON')
  }
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new RangeError('must be a whole number from 1 to 99999')
  return Number(text)
}

export function parseAmount(text: string): string {
  if (!/^\d{1,30}(\.\d{1,30})?$/.test(text) || !/[1-9]/.test(text)) throw new RangeError('must be a plain decimal number above 0, such as 5000')
  return text
}
