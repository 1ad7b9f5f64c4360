import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { KeyRefusal } from './refusal.ts'

const VALID_MS = 300_000
const OFFICIAL: ReadonlySet<string> = new Set(['api.huobi.pro', 'api-aws.huobi.pro', 'api.hbdm.com', 'api.hbdm.vn'])

/**
 * Checks a request with a key: everything stands in the query, sorted by name, with the signature over method, host, path and that.
 * The host is one of HTX's own or the one that was asked; bodies are not signed. Source: spot v1, "Authentication".
 */
export function admit(x: Held, request: WireRequest, right: string): Key {
  const query = new URLSearchParams(request.query)
  const key = x.keys.get(query.get('AccessKeyId') ?? '')
  if (key === undefined) throw new KeyRefusal('Incorrect Access key [Access key错误]')
  const now = timeAt(x)
  if (key.expiresAt !== undefined && now >= key.expiresAt) throw new KeyRefusal('APIkey has expired')
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) throw new KeyRefusal(`Incorrect IP address [IP地址错误]:${request.remoteAddress}`)
  if (query.get('SignatureMethod') !== 'HmacSHA256' || query.get('SignatureVersion') !== '2') throw new KeyRefusal('Incorrect signature method [错误的签名方法]')
  const timestamp = query.get('Timestamp') ?? ''
  const sent = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(timestamp) ? Date.parse(`${timestamp}Z`) : Number.NaN
  if (!(Math.abs(now - sent) <= VALID_MS)) throw new KeyRefusal('Invalid submission time or incorrect time format [无效的提交时间，或时间格式错误]')
  if (!isSigned(key, request, query.get('Signature') ?? '')) throw new KeyRefusal('Verification failure [校验失败]')
  if (!key.rights.has(right)) throw new KeyRefusal('API key has no permission [API Key没有权限]')
  return key
}

function isSigned({ secret }: Key, { method, path, query, headers }: WireRequest, signature: string): boolean {
  const sorted = query.split('&').filter((one) => !one.startsWith('Signature=')).toSorted().join('&')
  const given = Buffer.from(signature, 'base64')
  return [...OFFICIAL, headers.host?.toLowerCase() ?? ''].some((host) => {
    const right = createHmac('sha256', secret).update([method, host, path, sorted].join('\n')).digest()
    return given.length === right.length && timingSafeEqual(right, given)
  })
}
