// The sealing half: what may be done without any secret key. It imports nothing of the opening half and nothing of
// Node, so that the CLI, the server and a browser can use it.
export { fromBase64url, toBase64url } from './base64url.ts'
export {
  ENVELOPE_VERSION, envelopeInfo, MAX_ENVELOPE_BYTES, MAX_PLAINTEXT_BYTES, type EnvelopeInfo,
} from './envelope-format.ts'
export {
  sealCredentials, SEALING_SUITE, type SealedCredentials, type SealingKey, type SealTarget,
} from './sealed-credentials.ts'
export { VaultError, type VaultCode } from './vault-error.ts'
