import type { Signal } from '#model'
import type { Decision, FeedEvent, Finding, StoredOrder } from '#store'

// What subscribers are told: small, and nothing secret.

export function orderFed({ order }: StoredOrder): FeedEvent {
  const { id, botId, connectionId, signalId, symbol, side, state, filled, averagePrice, rejectCode, needsPerson } = order
  return { type: 'order', userId: order.userId, data: { id, botId, connectionId, signalId, symbol, side, state, filled, averagePrice, rejectCode, needsPerson } }
}

export function decisionFed({ signalId, botId, userId, outcome, code, reason }: Decision): FeedEvent {
  return { type: 'decision', userId, data: { signalId, botId, outcome, code, reason } }
}

export function signalFed({ id, webhookId, userId, symbol, side, source, label }: Signal): FeedEvent {
  return { type: 'signal', userId, data: { id, webhookId, symbol, side, source, label } }
}

export function findingFed({ id, userId, connectionId, botId, orderId, code, detail, ours = null, theirs = null }: Finding): FeedEvent {
  return { type: 'notice', userId, data: { code: 'finding', findingId: id, finding: code, connectionId, botId, orderId, detail, ours, theirs } }
}
