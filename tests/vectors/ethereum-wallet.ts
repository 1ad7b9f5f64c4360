import ccxt from 'ccxt'
import type { AbstractViemLocalAccount } from '@nktkas/hyperliquid/signing'

/** A wallet for independent clients that are given one: it signs typed data with ccxt's cryptography, which is none of ours. */
export function walletOf(privateKey: string): AbstractViemLocalAccount {
  const x = new ccxt.hyperliquid({ privateKey })
  return {
    address: x.ethGetAddressFromPrivateKey(privateKey) as `0x${string}`,
    signTypedData: ({ domain, types, message }) => {
      const { EIP712Domain: _domain, ...own } = types
      const { r, s, v } = x.signMessage(x.ethEncodeStructuredData(domain, own, message), privateKey) as { r: string; s: string; v: number }
      const padded = (part: string): string => part.slice(2).padStart(64, '0')
      return Promise.resolve(`0x${padded(r)}${padded(s)}${v.toString(16)}` as const)
    },
  }
}
