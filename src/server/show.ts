import { iso } from '#clock'
import { api } from '#contract'
import { decimal, type Freeze, type Position } from '#model'
import type {
  BotView, ConnectionView, DecisionView, KeyUse, OrderView, PositionView, Rejection, Share, SignalView, StoredFinding,
  WebhookView,
} from '#store'
import { orderTimeline, signalTimeline } from './history.ts'

// Rows as answers. What an answer must not hold is left out here, and stripped once more by its schema.

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms))

/** `freeze`: what holds for it; `simulated`: no real money moves there. */
export function showConnection(
  { connection, bots, reconciledAt, reconcileTrouble }: ConnectionView,
  { freeze, simulated }: { readonly freeze: Freeze | null; readonly simulated: boolean },
): api.ConnectionAnswer {
  const {
    id, name, exchange, market, fingerprint, status, statusDetail, checks, expiresAt, createdAt, lastUsedAt,
  } = connection
  return {
    id, name, exchange, market, simulated, fingerprint, status: freeze === null ? status : 'frozen', statusDetail,
    freeze: freeze === null ? null : { scope: freeze.scope, mode: freeze.mode, reason: freeze.reason, at: iso(freeze.at) },
    checks: [...checks], expiresAt: isoOrNull(expiresAt), bots: [...bots],
    createdAt: iso(createdAt), lastUsedAt: isoOrNull(lastUsedAt), reconciledAt: isoOrNull(reconciledAt), reconcileTrouble,
  }
}

/** `key`: one that was just made, shown this once. To those it is shared with, no more than name and description. */
export function showWebhook(
  { webhook, access, bots }: WebhookView, publicUrl: string, key?: string,
): api.WebhookAnswer {
  const {
    id, name, description, hash, keyHash, paused, duplicateWindowSeconds, allowedSenders, rateLimit, createdAt,
  } = webhook
  const known = { id, name, description, access, bots: [...bots] }
  if (access === 'shared') {
    return {
      ...known, url: null, hash: null, keyProtected: null, paused: null, duplicateWindowSeconds: null,
      allowedSenders: null, rateLimit: null, createdAt: null,
    }
  }
  return {
    ...known, url: `${publicUrl}/api/v1/hooks/${hash}`, hash, keyProtected: keyHash !== null,
    ...(key === undefined ? {} : { key }), paused,
    duplicateWindowSeconds, allowedSenders: typeof allowedSenders === 'string' ? allowedSenders : [...allowedSenders],
    rateLimit: { ...rateLimit },
    createdAt: iso(createdAt),
  }
}

export const showShare = ({ id, userId, userName, createdAt }: Share) => ({
  id, userId, userName, createdAt: iso(createdAt),
})

export const showRejection = ({ at, code, status, detail, sender, contentType, body }: Rejection) => (
  { at: iso(at), code, status, detail, sender, contentType, body }
)

export function showBot({ bot, position }: Pick<BotView, 'bot' | 'position'>): api.BotAnswer {
  const { userId: _owner, createdAt, ...shown } = bot
  return { ...shown, position: position.quantity, createdAt: iso(createdAt) }
}

export function showPosition({ position, bot: { bot } }: PositionView) {
  const { quantity, averagePrice, dust, realizedProfit, fees } = position
  return {
    botId: bot.id, botName: bot.name, connectionId: bot.connectionId, exchange: bot.exchange, market: bot.market,
    symbol: bot.symbol, base: bot.base,
    quote: bot.quote, quantity, side: sideOf(position), averagePrice, dust, realizedProfit, fees: { ...fees },
  }
}

function sideOf({ quantity, dust }: Position): 'flat' | 'long' | 'short' {
  const held = decimal(quantity)
  if (held.isZero() || dust) return 'flat'
  return held.isNegative() ? 'short' : 'long'
}

export function showOrder({ order, timeline, fills }: OrderView): api.OrderAnswer {
  const { userId: _owner, version: _version, notAfter, createdAt, updatedAt, ...shown } = order
  return {
    ...shown, notAfter: iso(notAfter), createdAt: iso(createdAt), updatedAt: iso(updatedAt),
    fills: fills.map(({ id, price, quantity, fee, feeAsset, at }) => ({
      id, price, quantity, fee, feeAsset, at: iso(at),
    })),
    timeline: orderTimeline(timeline),
  }
}

/** A signal with those decisions and orders that are the viewer's own. Of a shared webhook: symbol, side and time. */
export function showSignal(view: SignalView, orders: ReadonlyMap<string, OrderView>): api.SignalAnswer {
  const { signal, access, decisions, decisionCount } = view
  const own = decisions.flatMap(({ orderIds }) => orderIds.flatMap((id) => orders.get(id) ?? []))
  const whole = access === 'owner'
  return {
    id: signal.id,
    webhookId: signal.webhookId,
    receivedAt: iso(signal.receivedAt),
    symbol: signal.symbol,
    side: signal.side,
    source: whole ? signal.source : null,
    size: whole ? signal.size : null,
    dilution: whole ? signal.dilution : null,
    flags: whole ? [...signal.flags] : [],
    label: whole ? signal.label : null,
    firedAt: whole ? isoOrNull(signal.firedAt) : null,
    warnings: whole ? [...signal.warnings] : [],
    duplicates: whole ? signal.duplicates : null,
    replayOf: whole ? signal.replayOf : null,
    payload: whole ? signal.payload : null,
    decisions: decisions.map((decision) => showDecision(decision, orders)),
    decisionCount,
    timeline: signalTimeline(view, own),
  }
}

function showDecision(
  { decision, botName, orderIds }: DecisionView, orders: ReadonlyMap<string, OrderView>,
): api.SignalAnswer['decisions'][number] {
  const { botId, outcome, code, reason, decidedAt, wouldSend } = decision
  const sent = orderIds.flatMap((id) => orders.get(id) ?? []).map(showOrder)
  return {
    botId, botName, outcome, code, reason, at: iso(decidedAt),
    orders: wouldSend === null ? sent : JSON.parse(wouldSend) as api.SignalAnswer['decisions'][number]['orders'],
  }
}

export const showKeyUse = ({ seq, at, connectionId, event, orderId, botId, signalId, reason, outcome }: KeyUse) => (
  { id: String(seq), at: iso(at), connectionId, action: event, orderId, botId, signalId, reason, outcome }
)

export const showFinding = (
  { id, connectionId, botId, orderId, code, detail, ours, theirs, at, acknowledgedAt, closedAt }: StoredFinding,
) => ({
  id, connectionId, botId, orderId, code, detail, ours: ours ?? null, theirs: theirs ?? null, at: iso(at),
  acknowledgedAt: isoOrNull(acknowledgedAt), closedAt: isoOrNull(closedAt),
})
