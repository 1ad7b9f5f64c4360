import { styleText } from 'node:util'

/** What a command writes to: the only place that touches standard output. */
export interface Terminal {
  /** Whether the answer is for a program. */
  readonly json: boolean
  /** One answer: as a line of JSON for programs, else as the text that `human` makes. */
  answer(value: unknown, human: () => string): void
  /** A line of the answer. */
  line(text: string): void
  /** Something on the way that is not part of the answer; nothing where a program listens. */
  note(text: string): void
  /** A warning or the like: always to standard error. */
  aside(text: string): void
}

export function openTerminal(json: boolean): Terminal {
  const line = (text: string): void => { process.stdout.write(`${text}\n`) }
  const aside = (text: string): void => { process.stderr.write(`${text}\n`) }
  return {
    json, line, aside,
    answer: (value, human) => line(json ? JSON.stringify(value) : human()),
    note: (text) => { if (!json) aside(text) },
  }
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Colours where a terminal shows them (and NO_COLOR does not forbid it), else the bare text. */
export const style = (styles: Style | Style[], text: string): string =>
  styleText(styles, text, { stream: process.stdout })

/** Whether somebody can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY

/**
 * Shows how far long work is, on standard error, where a terminal is attached and no program listens; `done` removes
 * it.
 */
export function progress(terminal: Terminal, what: string): { at(done: number, of: number): void; done(): void } {
  const shown = process.stderr.isTTY && !terminal.json
  const width = 28
  return {
    at(done, of) {
      if (!shown) return
      const share = of === 0 ? 1 : Math.min(1, done / of)
      const filled = Math.round(share * width)
      process.stderr.write(`\r${what} [${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${Math.floor(
        share * 100)} %`)
    },
    done() { if (shown) process.stderr.write('\r\x1b[K') },
  }
}
