import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

/** Characters (code points). ASVS 5.0, 6.2.1 asks for 8 at least and recommends 15; 6.2.9 for 64 at least to be allowed. */
export const PASSWORD_SHORTEST = 12
export const PASSWORD_LONGEST = 128
/** Beyond this a password is not looked at for guesses: what follows cannot make it weaker, and it costs time. */
const LOOKED_AT = 48
/** Guesses below 10^8, or 10^10 at 4: online guessing and a stolen hash are both out of reach from 3 on. */
const GOOD_ENOUGH = 3

let loading: Promise<ZxcvbnFactory> | null = null

/**
 * What is wrong with a new password, or null. No rules of composition (ASVS 6.2.5): it is refused where it is short, or
 * where it would be guessed early, because it is common or made of common parts, of a keyboard's rows, of repetitions, or
 * of `about`: words that stand near, such as the user's name.
 */
export async function weakness(password: string, about: readonly string[]): Promise<string | null> {
  const { length } = Array.from(password)
  if (!password.isWellFormed()) return 'holds characters that are none'
  if (length < PASSWORD_SHORTEST) return `is too short: at least ${PASSWORD_SHORTEST} characters`
  if (length > PASSWORD_LONGEST) return `is too long: at most ${PASSWORD_LONGEST} characters`
  loading ??= load()
  const { score } = (await loading).check(password.slice(0, LOOKED_AT), [...about, 'towerflow', 'trading', 'exchange'])
  return score >= GOOD_ENOUGH ? null : 'is easy to guess: use several unrelated words, or let a password manager make one'
}

// 2 MB of word lists, only for whoever sets a password.
async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common'),
  ])
  return new Factory({ dictionary, graphs: adjacencyGraphs })
}
