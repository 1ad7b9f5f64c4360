/** A process could not be started or kept running; the message says which and why. */
export class SupervisorError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SupervisorError'
  }
}
