interface Plain {
  /** With the digits and separators that readings are made of. */
  readonly characters: string
  /** Digits of another script were in it. */
  readonly foreign: boolean
  /** Why it cannot be read; null: it may be. */
  readonly trouble: string | null
}

const DIGIT = /^\p{Nd}$/u
/** Marks that nobody sees: what was pasted with them may not be what one believes to see. */
const INVISIBLE = /[\p{Cf}\p{Cc}\u115f\u1160\u3164\uffa0]/u
/** What looks like one of ours and means the same. */
const SAME: Readonly<Record<string, string>> = {
  '\u2212': '-',
  '\ufe63': '-',
  '\uff0d': '-',
  '\uff0b': '+',
  '\uff0c': ',',
  '\u060c': ',',
  '\uff0e': '.',
  '\u2019': "'",
  '\u2018': "'",
  '\u02bc': "'",
  '\uff07': "'",
}

/** Puts the digits of every script, and the many spaces and apostrophes, into one spelling each. */
export function plainCharacters(text: string): Plain {
  if (INVISIBLE.test(text))
    return {
      characters: '',
      foreign: false,
      trouble: 'holds characters that cannot be seen: type it by hand',
    }
  let foreign = false
  const characters = Array.from(text, (character) => {
    if (/^\s$/u.test(character)) return ' '
    if (!DIGIT.test(character) || (character >= '0' && character <= '9')) return SAME[character] ?? character
    foreign = true
    return valueOf(character)
  })
  return { characters: characters.join(''), foreign, trouble: null }
}

/** Digits stand in Unicode in runs of ten, from zero to nine, some runs right behind others. */
function valueOf(digit: string): string {
  const at = digit.codePointAt(0) ?? 0
  let zero = at
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1
  return String((at - zero) % 10)
}
