// What whoever starts the executor needs; the executor itself is `main.ts`, in a process of its own.
export { executorNodeFlags } from './node-flags.ts'
