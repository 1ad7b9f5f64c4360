// The table of ARCHITECTURE.md, "Rooms": what each room may import. Imports run downwards only.
// `type:` before a name: its types alone, so that the room sees it through a port and never runs it.
const GROUND = ['model', 'clock']
const MIDDLE = [...GROUND, 'config', 'log', 'contract']
const ROOMS = {
  model: [],
  clock: [],
  config: ['model'],
  log: GROUND,
  contract: ['model'],
  'vault/seal': GROUND,
  vault: GROUND,
  store: MIDDLE,
  exchanges: MIDDLE,
  signals: [...GROUND, 'contract'],
  'signals/payload': ['signals'],
  bots: [...GROUND, 'contract', 'signals'],
  execution: [...GROUND, 'log', 'contract', 'signals', 'bots', 'type:store'],
  audit: [...MIDDLE, 'vault', 'type:store'],
  safeguards: [...GROUND, 'contract'],
  notify: [...MIDDLE, 'type:store'],
  'executor-client': [...GROUND, 'log', 'contract'],
  executor: [...MIDDLE, 'vault', 'vault/seal', 'exchanges', 'audit', 'safeguards', 'executor-client'],
  // The server holds envelopes that it cannot open, and knows exchanges only by the executor's description.
  server: [...MIDDLE, 'vault/seal', 'store', 'signals', 'bots', 'execution', 'audit', 'notify', 'executor-client'],
  supervisor: [...MIDDLE, 'vault', 'executor'],
  cli: [...MIDDLE, 'vault/seal', 'vault', 'store', 'safeguards', 'executor-client', 'supervisor', 'simulator'],
  simulator: [],
  // The page runs in browsers: of ours it has what seals keys and what reads signals, and knows everything else by the API's description.
  web: ['vault/seal', 'signals/payload'],
}

const folderOf = (room) => ({ simulator: 'simulator', web: 'web/src' }[room] ?? `src/${room}`)
const pathOf = (room) => `^${folderOf(room)}/`
const nested = (room) => Object.keys(ROOMS).filter((other) => other.startsWith(`${room}/`)).map(pathOf)

/** Everything of ours that is neither the room itself nor on its list. */
function border(room) {
  const allowed = ROOMS[room].filter((name) => !name.startsWith('type:')).map(pathOf)
  const typesOnly = ROOMS[room].filter((name) => name.startsWith('type:')).map((name) => pathOf(name.slice(5)))
  const from = { path: pathOf(room), pathNot: nested(room) }
  const own = room.includes('/') ? [pathOf(room)] : [pathOf(room), ...nested(room)]
  const rules = [{
    name: `room-${room.replace('/', '-')}`, severity: 'error',
    comment: `${room} may import ${ROOMS[room].join(', ') || 'nothing of ours'}`,
    from, to: { path: '^(src|simulator|web|bench|tests|tools)/', pathNot: [...own, ...allowed, ...typesOnly] },
  }]
  if (typesOnly.length > 0) {
    rules.push({
      name: `room-${room}-types`, severity: 'error', comment: `${room} may import only types from there`,
      from, to: { path: typesOnly, dependencyTypesNot: ['type-only', 'type-import'] },
    })
  }
  return rules
}

/** Rooms are entered by their front door. */
const frontDoors = Object.keys(ROOMS).map((room) => ({
  name: `front-door-${room.replace('/', '-')}`, severity: 'error', comment: `${room} is imported through its index.ts`,
  from: { path: '^(src|simulator|web)/', pathNot: [pathOf(room.split('/')[0])] },
  to: { path: pathOf(room), pathNot: [`${pathOf(room)}index\\.ts$`, ...nested(room)] },
}))

module.exports = {
  forbidden: [
    ...Object.keys(ROOMS).flatMap(border),
    ...frontDoors,
    {
      name: 'no-exchange-knows-another', severity: 'error',
      from: { path: '^src/exchanges/([^/]+)/' },
      to: { path: '^src/exchanges/[^/]+/', pathNot: ['^src/exchanges/$1/',
        '^src/exchanges/(wire|kit|shared|common)/'] },
    },
    { name: 'no-unknown-room', severity: 'error', from: { path: '^src/', pathNot: Object.keys(ROOMS).map(pathOf) },
      to: {} },
    // Types are gone at run time: a circle is one only where code runs in it.
    { name: 'no-circles', severity: 'error', from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'type-import'] } } },
    { name: 'not-to-tests', severity: 'error', from: { pathNot: '^(tests|bench)/|\\.test\\.ts$' },
      to: { path: '^tests/|\\.test\\.ts$' } },
    { name: 'not-to-dev-packages', severity: 'error', from: { path: '^(src|simulator)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(data|coverage|\\.tmp)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'] },
  },
}
