// The one place besides #clock that draws chance: a simulation may own the clock's, but never the choice of a key.
// oxlint-disable-next-line no-restricted-imports -- see above
export { randomBytes } from 'node:crypto'
