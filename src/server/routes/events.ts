import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { z } from 'zod'
import { iso } from '#clock'
import { Problem } from '#model'
import type { NumberedEvent } from '#store'
import { callerOf, type Caller } from '../auth.ts'
import type { Listener } from '../event-hub.ts'
import { problems, textAnswer, type App } from '../http.ts'
import type { Shared } from '../server.ts'

const MOST_PER_USER = 20
const MOST_BUFFERED_BYTES = 1_048_576
const HEARTBEAT_MS = 15_000
const PAGE = 500
const MOST_HELD = 10_000

/**
 * `GET /events`: server-sent events. After `Last-Event-ID` what was missed comes first, then what happens; `reset`
 * where that is older than what is kept: read everything anew, then go on. A reader that does not keep up is cut off
 * and resumes.
 */
export function eventRoutes(app: App, shared: Shared): void {
  const { store, hub, log } = shared
  app.addHook('preClose', (done) => {
    hub.end()
    done()
  })
  app.get('/events', {
    config: { access: 'read' },
    schema: {
      summary: 'Server-sent events: signal, decision, order, connection, notice, reset',
      headers: z.object({ 'last-event-id': z.string().max(64).optional() }),
      querystring: z.object({ lastEventId: z.string().max(64).optional() }),
      response: { 200: textAnswer('text/event-stream', 'Events, each with its id'), ...problems },
    },
  }, async (request, reply) => {
    const caller = callerOf(request)
    if (hub.count(caller.userId) >= MOST_PER_USER) {
      throw new Problem('rate_limited', `At most ${MOST_PER_USER} event streams at once.`)
    }
    const from = request.headers['last-event-id'] ?? request.query.lastEventId ?? await store.events.last()
    reply.hijack()
    reply.raw.writeHead(200, {
      ...reply.getHeaders() as OutgoingHttpHeaders,
      'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no',
    })
    // Told from here on, and what came before is read after: nothing falls in between.
    const stream = new Stream(shared, caller, reply.raw)
    reply.raw.on('close', () => { stream.end() })
    stream.run(from).catch((error: unknown) => {
      stream.end()
      log.warn({ requestId: request.id, err: error }, 'an event stream broke off')
    })
  })
}

/** One reader. */
class Stream implements Listener {
  readonly userId: string
  readonly credentialId: string
  readonly #caller: Caller
  readonly #shared: Shared
  readonly #out: ServerResponse
  readonly #unsubscribe: () => void
  /** What happens while the past is read; null once it is. */
  #held: NumberedEvent[] | null = []
  /** The last one sent or skipped. The past may reach further than what this server has been told of so far. */
  #last = ''
  #stopHeartbeat: () => void = () => undefined
  #ended = false

  constructor(shared: Shared, caller: Caller, out: ServerResponse) {
    this.userId = caller.userId
    this.credentialId = caller.by.id
    this.#caller = caller
    this.#shared = shared
    this.#out = out
    this.#unsubscribe = shared.hub.subscribe(this)
  }

  /** Sends what came after `lastId`, then what was held back meanwhile; from then on everything as it happens. */
  async run(lastId: string): Promise<void> {
    this.#send(': welcome\n\n')
    let last = lastId
    for (let more = true; more && !this.#ended;) {
      const found = await this.#shared.store.events.since(this.userId, last, PAGE)
      if (found.kind === 'too_old') this.#send(`id: ${found.last}\nevent: reset\ndata: {}\n\n`)
      else for (const event of found.events) this.#write(event)
      last = found.last
      more = found.kind === 'too_old' || found.more
    }
    this.#last = last
    const held = this.#held ?? []
    this.#held = null
    for (const event of held) this.tell(event)
    this.#beat()
  }

  tell(event: NumberedEvent): void {
    if (this.#held === null) {
      if (!isAfter(event.id, this.#last)) return
      this.#last = event.id
      this.#write(event)
    } else if (this.#held.length < MOST_HELD) this.#held.push(event)
    else this.end()
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#unsubscribe()
    this.#stopHeartbeat()
    this.#out.end()
  }

  #beat(): void {
    if (this.#ended) return
    this.#stopHeartbeat = this.#shared.clock.after(HEARTBEAT_MS, () => {
      this.#send(': still here\n\n')
      // A session runs out, and another process may have revoked the token: a stream must not outlive them.
      this.#shared.authenticator.holds(this.#caller).then((holds) => {
        if (holds) this.#beat()
        else this.end()
      }, (error: unknown) => {
        this.#shared.log.warn({ err: error }, 'it could not be told whether a stream may go on')
        this.#beat()
      })
    })
  }

  #write({ id, event, at }: NumberedEvent): void {
    this.#send(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify({ ...event.data, at: iso(at) })}\n\n`)
  }

  #send(text: string): void {
    if (this.#ended) return
    this.#out.write(text)
    if (this.#out.writableLength > MOST_BUFFERED_BYTES) this.#out.destroy()
  }
}

/** Whether an event came later than another; ids are `<commit>.<index in it>`. */
function isAfter(id: string, last: string): boolean {
  const [commit = 0, index = 0] = id.split('.').map(Number)
  const [lastCommit = 0, lastIndex = 0] = last.split('.').map(Number)
  return commit > lastCommit || (commit === lastCommit && index > lastIndex)
}
