// What the executor holds against whoever asks it, in a small durable file of its own.
export { admitRestored, type RestoredRow } from './admit.ts'
export { SafeguardError, type SafeguardCode } from './safeguard-error.ts'
export { openSafeguards, Safeguards, type Fence, type Guarded, type Stopped } from './safeguards.ts'
