import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A cable between a browser and a server, which can be cut and mended. */
export interface Cable {
  readonly url: string
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function layCable(to: string): Promise<Cable> {
  const { port } = new URL(to)
  const open = new Set<Socket>()
  let whole = true
  const keep = (socket: Socket): Socket => {
    open.add(socket)
    return socket.on('close', () => { open.delete(socket) }).on('error', () => { socket.destroy() })
  }
  const server = createServer((near) => {
    keep(near)
    if (!whole) {
      near.destroy()
      return
    }
    const far = keep(connect(Number(port), '127.0.0.1'))
    near.on('close', () => { far.destroy() })
    far.on('close', () => { near.destroy() })
    near.pipe(far)
    far.pipe(near)
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const cut = (): void => {
    whole = false
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`, cut, mend: () => { whole = true },
    close: () => {
      cut()
      return new Promise((resolve) => { server.close(() => { resolve() }) })
    },
  }
}
