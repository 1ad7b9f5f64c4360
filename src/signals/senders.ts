import ipaddr from 'ipaddr.js'
import type { FieldError } from '#model'

/** Who may send to a webhook, as stored: anybody, TradingView's addresses, or addresses and CIDR ranges. */
export type AllowedSenders = 'any' | 'tradingview' | readonly string[]

/**
 * TradingView's source addresses. Source: TradingView, "How to configure webhook alerts"
 * (tradingview.com/support/solutions/43000529348), read 2026-11.
 */
export const TRADINGVIEW_SENDERS = ['52.89.214.238', '34.212.75.30', '54.218.53.128', '52.32.178.7'] as const

const MAX_RANGES = 100
const MAX_HOPS = 20

type Address = ipaddr.IPv4 | ipaddr.IPv6

interface Range { readonly address: Address; readonly bits: number }

/** Addresses to compare with, read once. */
export class AddressList {
  readonly #ranges: readonly Range[]
  constructor(ranges: readonly Range[]) { this.#ranges = ranges }

  /** Whether an address is in one of the ranges; false for what is no address. IPv4 in IPv6 (`::ffff:…`) is IPv4. */
  has(address: string): boolean {
    const read = readAddress(address)
    if (read === null) return false
    return this.#ranges.some(({ address: network, bits }) => network.kind() === read.kind() && matches(read, network, bits))
  }
}

/** Reads addresses and CIDR ranges; each that is none is an error under `path`.<index>. */
export function readAddressList(
  entries: readonly string[], path: string,
): { readonly ok: true; readonly list: AddressList } | { readonly ok: false; readonly errors: readonly FieldError[] } {
  if (entries.length > MAX_RANGES) {
    return { ok: false, errors: [{ path, message: `holds more than ${MAX_RANGES} entries` }] }
  }
  const ranges: Range[] = []
  const errors: FieldError[] = []
  for (const [index, entry] of entries.entries()) {
    const range = readRange(entry)
    if (typeof range === 'string') errors.push({ path: `${path}.${index}`, message: range })
    else ranges.push(range)
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, list: new AddressList(ranges) }
}

const tradingView = new AddressList(TRADINGVIEW_SENDERS.map((entry) => ({ address: ipaddr.parse(entry), bits: 32 })))
const REMEMBERED = 1000
const remembered = new Map<string, AddressList | null>()

/** Whether an address may send to a webhook. A stored list that cannot be read lets nobody in. */
export function maySend(allowed: AllowedSenders, address: string): boolean {
  if (allowed === 'any') return true
  if (allowed === 'tradingview') return tradingView.has(address)
  const key = allowed.join(' ')
  let list = remembered.get(key)
  if (list === undefined) {
    const read = readAddressList(allowed, 'allowedSenders')
    list = read.ok ? read.list : null
    if (remembered.size >= REMEMBERED) remembered.clear()
    remembered.set(key, list)
  }
  return list?.has(address) ?? false
}

/**
 * The address that a request came from. Whoever connects is believed, unless it is a proxy of ours: then the rightmost
 * address of `X-Forwarded-For` that is not one either. What stands further left was written by the sender and proves
 * nothing. Where the header has no readable address at that place, the answer is the last proxy's own address.
 */
export function clientAddress(remote: string, forwardedFor: string | readonly string[] | undefined, proxies: AddressList): string {
  let client = plainAddress(remote) ?? remote
  if (forwardedFor === undefined || !proxies.has(client)) return client
  const header = typeof forwardedFor === 'string' ? forwardedFor : forwardedFor.join(',')
  for (const hop of header.split(',').reverse().slice(0, MAX_HOPS)) {
    const address = plainAddress(withoutPort(hop.trim()))
    if (address === null) return client
    client = address
    if (!proxies.has(client)) return client
  }
  return client
}

function readRange(entry: string): Range | string {
  const text = entry.trim()
  if (!text.includes('/')) {
    const address = readAddress(text)
    if (address === null) return 'is neither an IP address nor a CIDR range such as 203.0.113.0/24'
    return { address, bits: address.kind() === 'ipv4' ? 32 : 128 }
  }
  const [network = '', length = ''] = text.split('/', 2)
  const address = fullAddress(network)
  const most = address?.kind() === 'ipv4' ? 32 : 128
  if (address === null || text.split('/').length > 2 || !/^\d{1,3}$/.test(length) || Number(length) > most) {
    return 'is not a CIDR range such as 203.0.113.0/24 or 2001:db8::/32'
  }
  const mapped = address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress()
  if (mapped && Number(length) >= 96) {
    return { address: (address as ipaddr.IPv6).toIPv4Address(), bits: Number(length) - 96 }
  }
  return { address, bits: Number(length) }
}

/** Only whole addresses: `ipaddr.js` alone would take `10.1` or `0x7f.1` for one. */
function fullAddress(text: string): Address | null {
  const whole = text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text)
  return whole ? ipaddr.parse(text) : null
}

/** Longest text of an IPv6 address (RFC 4291, with an IPv4 tail), with room for a zone. */
const MAX_ADDRESS = 64

/** An address, IPv4 in IPv6 as IPv4; null for anything else. */
function readAddress(text: string): Address | null {
  if (text.length > MAX_ADDRESS) return null
  const address = fullAddress(text.trim())
  if (address === null || address.kind() === 'ipv4') return address
  const six = address as ipaddr.IPv6
  return six.isIPv4MappedAddress() ? six.toIPv4Address() : six
}

const plainAddress = (text: string): string | null => readAddress(text)?.toString() ?? null

/** `1.2.3.4:80` and `[2001:db8::1]:80` without brackets and port. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.slice(1).split(']', 1)[0] ?? ''
  return /^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text
}

function matches(address: Address, network: Address, bits: number): boolean {
  return address.kind() === 'ipv4'
    ? (address as ipaddr.IPv4).match(network as ipaddr.IPv4, bits)
    : (address as ipaddr.IPv6).match(network as ipaddr.IPv6, bits)
}
