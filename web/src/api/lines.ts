/** Larger than any line of ours. */
const MOST_CHARACTERS = 1_000_000

/** The lines of an answer as they come, each parsed. What is no JSON, or never ends, throws; so does an answer that breaks off. */
export async function* linesOf<T>({ body }: Response): AsyncGenerator<T> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let begun = ''
  for (;;) {
    const { done, value = '' } = await reader?.read() ?? { done: true }
    if (done) return
    const lines = (begun + value).split('\n')
    begun = lines.pop() ?? ''
    if (begun.length > MOST_CHARACTERS) throw new Error('a line is too long')
    for (const line of lines) yield JSON.parse(line) as T
  }
}
