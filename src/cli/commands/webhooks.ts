import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import {
  asking, command, demandYes, group, keyOf, more, paging, repeatable, whole, type Asking, type Paging, type Repeatable,
} from '../action.ts'
import type { Api } from '../api.ts'
import { PROGRAM } from '../called.ts'
import { Failure } from '../failure.ts'
import { every, find, idOf } from '../find.ts'
import { moment, printable, sheet, table } from '../table.ts'
import { style } from '../terminal.ts'

type Webhook = contract.WebhookAnswer

interface Settings {
  readonly name?: string
  readonly description?: string
  readonly key?: boolean
  readonly pause?: boolean
  readonly resume?: boolean
  readonly duplicateWindow?: number
  readonly senders?: string
  readonly perSecond?: string
  readonly burst?: number
}

const EMPTY = `There is no webhook yet. Make one, then put its address into your alert:
  ${PROGRAM} webhooks create --name "My alerts"`

export function addWebhooks(program: Command, about: string): void {
  const webhooks = group(program, 'webhooks', about)
  const one = (api: Api, wanted: string | undefined): Promise<Webhook> =>
    find<Webhook>(api, '/webhooks', wanted ?? '', 'webhook')

  repeatable(settings(command<Settings & Repeatable>(webhooks, 'create', 'make an address', async (call, options) => {
    const made: Webhook = await (await call.api()).send('POST', '/webhooks', { body: bodyOf(options), ...keyOf(options) })
    call.terminal.answer(made, () => webhookSheet(made))
  })))

  paging(command<Paging>(webhooks, 'list', 'all webhooks', async (call, { limit, cursor }) => {
    const list: z.infer<typeof contract.webhooks> = await (await call.api()).get('/webhooks', { limit, cursor })
    call.terminal.answer(list, () => table(list.items, [
      { title: 'NAME', of: (hook) => hook.name },
      { title: 'BOTS', of: (hook) => hook.bots.length, right: true },
      { title: 'KEY', of: (hook) => (hook.keyProtected === true ? 'yes' : 'no') },
      { title: 'STATE', of: stateOf },
      { title: 'ADDRESS', of: (hook) => hook.url },
      { title: 'ID', of: (hook) => hook.id },
    ], EMPTY) + more(list.next))
  }))

  command(webhooks, 'show <webhook>', 'one webhook, with its address', async (call, _, wanted) => {
    const hook = await one(await call.api(), wanted)
    call.terminal.answer(hook, () => webhookSheet(hook))
  })

  settings(command<Settings>(webhooks, 'update <webhook>', 'change settings, pause, resume',
    async (call, options, wanted) => {
    const api = await call.api()
    const body = bodyOf(options)
    if (Object.keys(body).length === 0) throw new Failure('Nothing to change was given', { usage: true })
    const hook: Webhook = await api.send('PATCH', `/webhooks/${await idOf(api, '/webhooks', wanted ?? '', 'webhook')}`,
      { body })
    call.terminal.answer(hook, () => webhookSheet(hook))
  })).option('--no-key', 'remove the key')

  asking(command<Asking & { address?: boolean; key?: boolean }>(webhooks, 'rotate <webhook>',
    'a new address, a new key, or both; the old ones end at once', async (call, options, wanted) => {
    if (options.address !== true && options.key !== true) throw new Failure('Give --address, --key or both',
      { usage: true })
    const api = await call.api()
    const { id, name } = await one(api, wanted)
    const old = [...options.address === true ? ['address'] : [], ...options.key === true ? ['key'] : []].join(' and ')
    await demandYes(call, options, () => (
      `Replace the ${old} of "${name}"? Alerts that use the old ${old} are refused from then on.`))
    const hook: Webhook = await api.send('POST', `/webhooks/${id}/rotate`, {
      body: { ...(options.address === true ? { hash: true } : {}), ...(options.key === true ? { key: true } : {}) },
    })
    call.terminal.answer(hook, () => webhookSheet(hook))
  })).option('--address', 'a new address').option('--key', 'a new key')

  asking(command<Asking & { with?: string; remove?: string }>(webhooks, 'share <webhook>',
    'with whom it is shared; --with adds a user, --remove ends it', async (call, options, wanted) => {
    const api = await call.api()
    const path = `/webhooks/${await idOf(api, '/webhooks', wanted ?? '', 'webhook')}/shares`
    if (options.with !== undefined) await api.send('POST', path, { body: { userName: options.with } })
    if (options.remove !== undefined) {
      await demandYes(call, options, () => (
        `End the share with "${options.remove ?? ''}"? Bots of that user that listen to it are paused.`))
    }
    if (options.remove !== undefined) await api.send('DELETE', `${path}/${await shareOf(api, path, options.remove)}`)
    const list: z.infer<typeof contract.shares> = await api.get(path)
    call.terminal.answer(list, () => table(list.items, [
      { title: 'USER', of: (share) => share.userName },
      { title: 'SINCE', of: (share) => moment(share.createdAt) },
      { title: 'ID', of: (share) => share.id },
    ], 'It is shared with nobody. Followers see name, description, symbol, side and time; never address or key.'))
  })).option('--with <user>', 'name of another user of this installation')
    .option('--remove <user>', 'name of the user, or id of the share')

  command(webhooks, 'rejections <webhook>', 'the last deliveries that were not accepted, and why',
    async (call, _, wanted) => {
    const api = await call.api()
    const id = await idOf(api, '/webhooks', wanted ?? '', 'webhook')
    const list: z.infer<typeof contract.rejections> = await api.get(`/webhooks/${id}/rejections`)
    call.terminal.answer(list, () => table(list.items, [
      { title: 'AT', of: (rejection) => moment(rejection.at) },
      { title: 'CODE', of: (rejection) => `${rejection.status} ${rejection.code}` },
      { title: 'FROM', of: (rejection) => rejection.sender },
      { title: 'WHY', of: (rejection) => rejection.detail },
      { title: 'BODY', of: (rejection) => rejection.body.slice(0, 80).replaceAll('\n', ' ') },
    ], 'Every delivery to it was accepted.'))
  })

  asking(command<Asking>(webhooks, 'delete <webhook>', 'remove it; refused while bots listen',
    async (call, options, wanted) => {
    const api = await call.api()
    const hook = await one(api, wanted)
    await demandYes(call, options, () => `Delete "${hook.name}"? Its address is never given out again.`)
    await api.send('DELETE', `/webhooks/${hook.id}`)
    call.terminal.answer({ deleted: hook.id }, () =>
      `"${printable(hook.name)}" is deleted. Alerts that still use its address are answered 404.`)
  }))
}

function settings(one: Command): Command {
  return one
    .option('--name <name>', 'absent: a readable one is made').option('--description <text>', 'for people')
    .option('--key', 'protect it with a key, which is shown once').option('--pause', 'refuse signals')
    .option('--resume', 'take signals again')
    .option('--duplicate-window <seconds>', 'how long the same body is the same signal; 0: never', whole(0, 86_400))
    .option('--senders <senders>', 'any, tradingview, or addresses and CIDR ranges separated by commas')
    .option('--per-second <n>', 'rate limit').option('--burst <n>', 'how many at once', whole(1, 100_000))
}

function bodyOf(options: Settings): Record<string, unknown> {
  const { name, description, key } = options
  if ((options.perSecond === undefined) !== (options.burst === undefined)) {
    throw new Failure('--per-second and --burst go together', { usage: true })
  }
  if (options.pause === true && options.resume === true) throw new Failure('Give --pause or --resume', { usage: true })
  return withoutAbsent({
    name, description, key, duplicateWindowSeconds: options.duplicateWindow,
    paused: options.pause === true ? true : options.resume === true ? false : undefined,
    allowedSenders: options.senders === undefined
      || ['any', 'tradingview'].includes(options.senders) ? options.senders : options.senders.split(',')
      .map((part) => part.trim()),
    rateLimit: options.perSecond === undefined ? undefined : { perSecond: Number(options.perSecond),
      burst: options.burst },
  })
}

/** Only what was given: a field that is not sent stays as it is. */
export const withoutAbsent = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

async function shareOf(api: Api, path: string, wanted: string): Promise<string> {
  const all = await every<{ id: string; userId: string; userName: string }>(api, path)
  const found = all.find((share) => [share.id, share.userId, share.userName].includes(wanted))
  if (found === undefined) throw new Failure(`It is not shared with "${wanted}"`)
  return found.id
}

const stateOf = (hook: Webhook): string =>
  (hook.access === 'shared' ? 'shared with you' : hook.paused === true ? 'paused' : 'open')

const sameBody = (seconds: number | null): string | null =>
  (seconds === null ? null : seconds === 0 ? 'is always a new signal' : `is the same signal for ${seconds} s`)

function webhookSheet(hook: Webhook): string {
  const senders = hook.allowedSenders
  return [
    `${style('bold', printable(hook.name))}${hook.paused === true ? style('yellow', '  paused') : ''}`,
    sheet([
      ['address', hook.url],
      ['key', hook.key ?? (hook.keyProtected === true ? 'yes (it was shown when it was made)' : 'none')],
      ['description', hook.description],
      ['senders', typeof senders === 'string' ? senders : senders?.join(', ')],
      ['same body', sameBody(hook.duplicateWindowSeconds)],
      ['limit', hook.rateLimit && `${hook.rateLimit.perSecond} a second, bursts of ${hook.rateLimit.burst}`],
      ['bots', hook.bots.map((bot) => bot.name).join(', ') || 'none'],
      ['made', moment(hook.createdAt)],
      ['id', hook.id],
    ]),
    ...(hook.key === undefined ? [] : ['', style('yellow',
      'Keep the key now: it is not shown again. Put it into the payload as "key".')]),
  ].join('\n')
}
