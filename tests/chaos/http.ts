import { request as httpRequest } from 'node:http'

/** What became of a request, as the one who sent it can tell. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'cut' }
  | { readonly kind: 'timeout' }

/** One request on a connection of its own, as an alert's sender makes it: nothing is reused, nothing is repeated. */
export function request(method: string, url: string, body: string | undefined, { timeoutMs, headers = {} }: {
  readonly timeoutMs: number; readonly headers?: Readonly<Record<string, string>>
}): Promise<Answer> {
  return new Promise((resolve) => {
    const sending = httpRequest(url, { method, headers, agent: false })
    const timer = setTimeout(() => { end({ kind: 'timeout' }) }, timeoutMs)
    const end = (answer: Answer): void => {
      clearTimeout(timer)
      resolve(answer)
      sending.destroy()
    }
    sending.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => { chunks.push(chunk) })
      response.on('end', () => { end({ kind: 'answered', status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }) })
      response.on('error', () => { end({ kind: 'cut' }) })
    })
    sending.on('error', () => { end({ kind: 'cut' }) })
    sending.end(body)
  })
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })
