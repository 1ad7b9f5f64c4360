// Why work in a lane ends before it is done.

/** Another server owns the lane by now: whatever worked in it ends, and its owner goes on from the journal. */
export class LaneLost extends Error {
  constructor() {
    super('another server owns this lane')
    this.name = 'LaneLost'
  }
}

/** Thrown by work that could go on for long when execution stops: what it did is stored, and the next start takes it up. */
export class Stopped extends Error {
  constructor() {
    super('execution stops')
    this.name = 'Stopped'
  }
}
