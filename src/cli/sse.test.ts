import { expect, it } from 'vitest'
import { readEvents, type ServerEvent } from './sse.ts'

async function read(...chunks: string[]): Promise<ServerEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })
  const events: ServerEvent[] = []
  for await (const event of readEvents(new Response(body))) events.push(event)
  return events
}

it('events are whole, wherever the stream was cut', async () => {
  const first = 'id: 1\nevent: order\ndata: {"state":"filled"}\n\n'
  const text = `${first}: keep-alive\n\nid: 2\r\nevent: signal\r\ndata: 3\r\n\r\n`
  const whole = [{ id: '1', type: 'order', data: { state: 'filled' } }, { id: '2', type: 'signal', data: 3 }]
  expect(await read(text)).toEqual(whole)
  expect(await read(...text.split(''))).toEqual(whole)
})

it('data of several lines, and data that is not JSON', async () => {
  expect(await read('data: a\ndata: b\n\nevent: reset\ndata\n\n'))
    .toEqual([{ id: null, type: 'message', data: 'a\nb' }, { id: null, type: 'reset', data: null }])
})
