import type { Reporter, TestModule } from 'vitest/node'

// Prints the numbered cases of the exchanges as a table when a run is over: `npm run test:exchanges`.

type Mark = '✓' | '✗' | '–'

/** A row for each exchange and market, a column for each case; `–`: it does not apply, the fixture says why. */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by it
export default class CaseTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = new Map<string, Map<string, Mark>>()
    const names = new Map<string, string>()
    for (const module of modules) {
      for (const one of module.children.allTests()) {
        const found = /^(TC-\d\d) (.*)/.exec(one.name)
        if (found === null || one.parent.type !== 'suite') continue
        const [, id = '', name = ''] = found
        const row = rows.get(one.parent.name) ?? new Map<string, Mark>()
        rows.set(one.parent.name, row.set(id, markOf(one.result().state, one.meta().notApplicable !== undefined)))
        names.set(id, name)
      }
    }
    if (rows.size === 0) return
    const ids = [...names.keys()].toSorted()
    const width = Math.max(...[...rows.keys()].map((name) => name.length))
    const line = (head: string, cells: readonly string[]): string => `${head.padEnd(width)}  ${cells.join(' ')}`
    console.log(`\n${line('', ids.map((id) => id.slice(3)))}`)
    for (const [name, row] of [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))) console.log(line(name, ids.map((id) => ` ${row.get(id) ?? ' '}`)))
    console.log(`\n${ids.map((id) => `${id}  ${names.get(id)}`).join('\n')}`)
  }
}

const markOf = (state: string, notApplicable: boolean): Mark => (state !== 'passed' ? '✗' : notApplicable ? '–' : '✓')
