/** Every way in which the vault refuses. The code is stable; what each means stands beside it. */
export const VAULT_CODES = {
  malformed_envelope: 'not an envelope, or cut, or with bytes too many',
  unsupported_version: 'an envelope of a format that this program does not know',
  unknown_master_key: 'sealed under a master key that is not in the key ring',
  wrong_binding_or_tampered: 'another row, user, exchange, market or row version, or changed bytes: it cannot be told which',
  too_large: 'larger than the limit',
  invalid_binding: 'a binding field is empty, too long or not well-formed text',
  malformed_sealed: 'not a sealed submission',
  unknown_sealing_key: 'sealed to a key that is not (or no longer) ours',
  invalid_sealing_key: 'the sealing key document is of another suite, or its kid is not that of its key',
  malformed_credentials: 'not a flat JSON object of short text fields',
  key_file_missing: 'there is no master key file',
  key_file_exists: 'a master key file is already there',
  key_file_unsafe: 'others can read it, or it is not ours, or not a plain file',
  key_file_damaged: 'the content is not a whole master key file',
  key_file_unreadable: 'the system refused to read or write it',
  key_file_busy: 'a rotation is running, or was interrupted',
  malformed_key_ring: 'bytes that are not a whole key ring',
  key_ring_full: 'no room for one more master key version',
  key_not_received: 'no key ring arrived over the pipe in time',
} as const

export type VaultCode = keyof typeof VAULT_CODES

/**
 * The vault's only error. The message never holds key material, plaintext or bytes of the input; it may name a file and
 * the remedy. It carries no `cause`: what a library puts into its own errors is not ours to pass on.
 */
export class VaultError extends Error {
  readonly code: VaultCode

  constructor(code: VaultCode, message: string = VAULT_CODES[code]) {
    super(message)
    this.name = 'VaultError'
    this.code = code
  }
}
