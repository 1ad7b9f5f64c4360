import { expect, it } from 'vitest'
import { calledAs } from './called.ts'

it.each([
  ['by the installed link', '/usr/local/bin/towerflow', '/srv/towerflow', 'towerflow'],
  ['in the clone', '/srv/towerflow/bin/towerflow.mjs', '/srv/towerflow', 'node bin/towerflow.mjs'],
  ['in a folder of the clone', '/srv/towerflow/bin/towerflow.mjs', '/srv/towerflow/data', 'node ../bin/towerflow.mjs'],
  ['from far away', '/srv/towerflow/bin/towerflow.mjs', '/var/lib/somewhere/else', 'node /srv/towerflow/bin/towerflow.mjs'],
  ['by a link that is not on the PATH', '/srv/app/node_modules/.bin/towerflow', '/srv/app', 'node node_modules/.bin/towerflow'],
  ['in a folder that a shell would take apart', "/srv/it's here/bin/towerflow.mjs", '/', "node 'srv/it'\\''s here/bin/towerflow.mjs'"],
])('what is suggested can be typed by whoever called it %s', (_, file, from, typed) => {
  expect(calledAs(file, from)).toBe(typed)
})
