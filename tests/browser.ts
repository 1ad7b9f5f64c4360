import type { Answer } from './installation.ts'

/** What a browser at one address does: keeps cookies as the server says, and sends our own page's headers. */
export class Browser {
  readonly #url: string
  readonly #origin: string | null
  readonly #cookies = new Map<string, string>()
  /** Every `Set-Cookie` as it came. */
  readonly setCookies: string[] = []

  /** `origin`: what the browser says of the page that sends; null: nothing. */
  constructor(url: string, origin: string | null = new URL(url).origin) {
    this.#url = url
    this.#origin = origin
  }

  async call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string | null>> = {}): Promise<Answer> {
    const sent: Record<string, string | null> = {
      'x-towerflow': '1', origin: this.#origin, 'user-agent': 'a test browser', cookie: this.cookie(),
      'content-type': body === undefined ? null : 'application/json', ...headers,
    }
    const given = Object.fromEntries(Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''))
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method, headers: given, redirect: 'error', signal: AbortSignal.timeout(30_000), ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    for (const text of response.headers.getSetCookie()) this.#keep(text)
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) }
  }

  /** All cookies as they are sent. */
  cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** The same cookies in another browser: a thief's, or the state before something happened. */
  copy(): Browser {
    const other = new Browser(this.#url, this.#origin)
    for (const [name, value] of this.#cookies) other.#cookies.set(name, value)
    return other
  }

  #keep(text: string): void {
    this.setCookies.push(text)
    const [pair = ''] = text.split(';')
    const at = pair.indexOf('=')
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
    if (/;\s*max-age=0\b/i.test(text)) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}
