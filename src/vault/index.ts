// The opening half: for the executor and the supervisor only. What needs no secret key stands in `seal/`.
export { readCredentialFields, wipeFields, withCredentialField } from './credential-fields.ts'
export { openEnvelope, rewrapEnvelope, sealEnvelope } from './envelope.ts'
export type { EnvelopeBinding } from './envelope-binding.ts'
export { credentialFingerprint } from './fingerprint.ts'
export { fileKeyProvider } from './key-file.ts'
export { receiveMasterKeys, sendMasterKeys } from './key-pipe.ts'
export type { KeyProvider } from './key-provider.ts'
export {
  generateMasterKeys, parseMasterKeys, serialiseMasterKeys, withNewMasterKey, type MasterKey, type MasterKeys,
} from './master-keys.ts'
export { openingKeys, openSealed, type OpeningKeys } from './open-sealed.ts'
export * from './seal/index.ts'
