import type { Page, Request } from 'playwright-core'

export interface ServedScript {
  readonly path: string
  /** On the wire, compressed as it came. */
  readonly bytes: number
  /** `content-encoding`; '' where there was none. */
  readonly coding: string
}

/** Notes every script that a page loads from now on; answers how to read them. */
export function scriptsServed(page: Page): () => Promise<ServedScript[]> {
  const scripts: Promise<ServedScript>[] = []
  const note = async (request: Request): Promise<ServedScript> => {
    const [sizes, response] = [await request.sizes(), await request.response()]
    return { path: new URL(request.url()).pathname, bytes: sizes.responseBodySize, coding: response?.headers()['content-encoding'] ?? '' }
  }
  page.on('requestfinished', (request) => {
    if (request.resourceType() !== 'script') return
    const script = note(request)
    script.catch(() => undefined) // of a page that was closed; who reads is told
    scripts.push(script)
  })
  return () => Promise.all(scripts)
}

export const bytesOf = (scripts: readonly ServedScript[]): number => scripts.reduce((sum, { bytes }) => sum + bytes, 0)
