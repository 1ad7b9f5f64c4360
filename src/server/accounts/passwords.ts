import { hash, verify } from '@node-rs/argon2'
import { Problem } from '#model'
import { weakness } from './weak-password.ts'

/**
 * Argon2id as OWASP's Password Storage Cheat Sheet asks for (19 MiB, 2 passes, 1 lane): about 10 ms, computed on the
 * thread pool, never on the event loop that signals wait for. The package's hash begins with these very parameters.
 */
const ARGON2ID = 2
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const
const PREFIX = '$argon2id$v=19$m=19456,t=2,p=1$'

/** Hashes at once: more would take the thread pool from the disk, and memory from everything. */
const AT_ONCE = 2
const MOST_WAITING = 64

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING) throw new Problem('rate_limited', 'Too many people sign in at this moment. Try again soon.')
    await new Promise<void>((resolve) => { waiting.push(resolve) })
  }
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

/** Checks a new password against the rules, and hashes it. Problem `weak_password` with what is wrong with it. */
export async function hashNewPassword(password: string, about: readonly string[], field = 'password'): Promise<string> {
  const message = await weakness(password, about)
  if (message !== null) throw new Problem('weak_password', `The password ${message}.`, { errors: [{ path: field, message }] })
  return inTurn(() => hash(password, PARAMETERS))
}

let nobody: Promise<string> | null = null

/**
 * Whether that is the password. Without a stored one it takes the same time and is wrong, so that nobody learns which
 * names exist.
 */
export async function isPassword(stored: string | undefined, given: string): Promise<boolean> {
  nobody ??= inTurn(() => hash('the password of nobody', PARAMETERS))
  const against = stored ?? await nobody
  const right = await inTurn(() => verify(against, given))
  return right && stored !== undefined
}

/** Whether it was hashed with other parameters than today's. */
export const isOutdated = (stored: string): boolean => !stored.startsWith(PREFIX)

/** To hash again, with today's parameters, what was just found right. */
export const rehash = (password: string): Promise<string> => inTurn(() => hash(password, PARAMETERS))
