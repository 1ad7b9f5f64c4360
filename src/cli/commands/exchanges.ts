import type { Command } from 'commander'
import type { api as contract } from '#contract'
import { command, group } from '../action.ts'
import { Failure } from '../failure.ts'
import type { Step } from '../trial.ts'
import { marketOf, readCredentials } from './connect.ts'
import { style } from '../terminal.ts'
import { sheet } from '../table.ts'
import type { z } from 'zod'

type Exchanges = z.infer<typeof contract.exchanges>

export function addExchanges(program: Command, about: string): void {
  const exchanges = group(program, 'exchanges', about)
  command(exchanges, 'list', 'exchanges, their markets, and which fields a key has', async (call) => {
    const list: Exchanges = await (await call.api()).get('/exchanges')
    call.terminal.answer(list, () => list.items.map((one) => [
      `${style('bold', one.name)}  ${style('dim', one.id)}`,
      sheet([['markets', one.markets.join(', ')], ['money', one.simulated ? 'simulated here' : null],
        ['key', one.credentials.map((field) => field.label).join(', ')],
        ['how', one.guide]]),
    ].join('\n')).join('\n\n'))
  })
  command<TryOptions>(exchanges, 'try', 'try an exchange and a key out, without doing anything: nothing is stored, ordered or moved', async ({ terminal }, options) => {
    const [{ readSettings }, { startTrialExecutor }, { connectExecutor }, { systemClock }, { exchangesOf, tryOut }] = await Promise.all([
      import('#config'), import('#supervisor'), import('#executor-client'), import('#clock'), import('../trial.ts'),
    ])
    const executor = await startTrialExecutor(readSettings())
    const port = connectExecutor(executor.socketPath, systemClock)
    try {
      const known = await exchangesOf(port)
      const exchange = known.find(({ id }) => id === options.exchange.toLowerCase())
      if (exchange === undefined) throw new Failure(`There is no exchange "${options.exchange}"`, { usage: true, next: `There are ${known.map(({ id }) => id).join(', ')}.` })
      const market = marketOf(exchange, options.market) as 'spot' | 'futures'
      const credentials = options.key ? await readCredentials(exchange) : null
      const steps = await tryOut(port, { exchange, market, symbol: options.symbol ?? null, consent: options.consent === true, credentials }, (step) => { terminal.note(stepLine(step)) })
      terminal.answer({ exchange: exchange.id, market, steps }, () => (steps.every(({ ok }) => ok) ? `${exchange.name} ${market}: all as it should be` : `${exchange.name} ${market}: look at what is marked ✗`))
      if (!steps.every(({ ok }) => ok)) process.exitCode = 1
    } finally {
      port.close()
      await executor.stop()
    }
  })
    .requiredOption('--exchange <exchange>', 'such as binance')
    .option('--market <market>', 'spot or futures')
    .option('--symbol <symbol>', 'in the exchange\'s spelling; absent: bitcoin against a dollar')
    .option('--consent', 'accept rights that this exchange cannot report')
    .option('--no-key', 'only what needs no key: markets and a price')
    .addHelpText('after', `
The key is asked for on a terminal, hidden, or read from standard input, as with \`connect\`. It goes, sealed, to an
executor that is started for this alone and forgets it. TOWERFLOW_EXCHANGE_URLS leads to a simulator instead.`)
}

interface TryOptions { readonly exchange: string; readonly market?: string; readonly symbol?: string; readonly consent?: boolean; readonly key: boolean }

const stepLine = ({ step, ok, seen, ms }: Step): string =>
  `${style(ok ? 'green' : 'red', ok ? '✓' : '✗')} ${style('bold', step)} ${style('dim', `${ms} ms`)}  ${seen.includes('\n') ? seen.split('\n').map((line) => `\n    ${line}`).join('') : seen}`
