import type { Problem } from '#model'

/** Settles as `work` does, or rejects with a problem after `ms`. The work itself goes on; its result is dropped. */
export async function within<T>(ms: number, work: Promise<T>, late: () => Problem): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => { reject(late()) }, ms) })
  return Promise.race([work, deadline]).finally(() => { clearTimeout(timer) })
}
