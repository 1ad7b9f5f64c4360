/** When every world begins: epoch ms. */
export const START = Date.UTC(2027, 0, 15, 12)

/** Timers of one instant; more of them mean that something runs in a circle. */
const MOST_AT_ONCE = 50_000

/** A timer; `run` is dropped when it is canceled. */
interface Timer { readonly at: number; readonly order: number; run: (() => void) | null }

/**
 * Time that does not pass but jumps: to the next timer, as soon as no microtask is pending. Timers of one instant fire
 * in the order in which they were set, each in a turn of its own.
 */
export class VirtualTime {
  now: number
  /** Timers fired so far. */
  fired = 0
  readonly #heap: Timer[] = []
  #orders = 0
  #atOnce = 0

  constructor(start: number) { this.now = start }

  /** Calls once after `ms` (not negative; below 0 counts as 0); the answer cancels it. */
  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.now + Math.max(0, ms), order: this.#orders += 1, run }
    this.#push(timer)
    return () => { timer.run = null }
  }

  /** Fires timers until `done` says so, or none is left. Rejects with what a timer throws. */
  run(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (done() || !this.#fire()) { resolve(); return }
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
          return
        }
        setImmediate(step) // microtasks run in between: all that the timer set in motion, up to the next wait
      }
      setImmediate(step)
    })
  }

  #fire(): boolean {
    for (;;) {
      const timer = this.#pop()
      if (timer === undefined) return false
      if (timer.run === null) continue
      this.#atOnce = timer.at === this.now ? this.#atOnce + 1 : 0
      if (this.#atOnce > MOST_AT_ONCE) throw new Error('time stands still: something goes on and on without waiting')
      this.now = timer.at
      this.fired += 1
      timer.run()
      return true
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(timer)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !before(timer, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = timer
  }

  #pop(): Timer | undefined {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      const [left, right] = [heap[child], heap[child + 1]]
      if (left === undefined) break
      if (right !== undefined && before(right, left)) child += 1
      const smaller = heap[child]
      if (smaller === undefined || !before(smaller, last)) break
      heap[index] = smaller
      index = child
    }
    heap[index] = last
    return first
  }
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
