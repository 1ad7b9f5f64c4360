import type { JournalBatch } from '#store'

/** One line of a trace for everything that a commit made durable. */
export function describe(batch: JournalBatch): string {
  const parts = [
    ...(batch.signals ?? []).map(({ signal }) => `signal ${signal.id.slice(9)} ${signal.side} ${signal.symbol}${signal.flags.join('')}`),
    ...(batch.duplicates ?? []).map((id) => `duplicate of ${id.slice(9)}`),
    ...(batch.decisions ?? []).map(({ signalId, botId, outcome, code }) => `decision ${botId} on ${signalId.slice(9)} ${outcome} ${code}`),
    ...(batch.decisionUpdates ?? []).map(({ botId, code, done }) => `plan ${botId} ${code} ${done ? 'ended' : ''}`),
    ...(batch.newOrders ?? []).map(({ order }) => `order ${order.clientOrderId} ${order.state} ${order.kind} ${order.side} ${order.quantity ?? `for ${order.quoteQuantity}`}, leg ${order.leg}.${order.resend} of ${order.botId}`),
    ...(batch.orders ?? []).map(({ order, settled }) => `${order.clientOrderId} ${order.state} ${order.filled}${settled ? ' settled' : ''}${order.needsPerson ? ' needs a person' : ''}${order.rejectCode === null ? '' : ` (${order.rejectCode})`}`),
    ...(batch.fills ?? []).map(({ tradeId, quantity }) => `fill ${tradeId} ${quantity}`),
    ...(batch.positions ?? []).map(({ botId, quantity, dust }) => `position ${botId} ${quantity}${dust ? ' dust' : ''}`),
    ...(batch.adjustments ?? []).map(({ botId, quantity }) => `adjustment ${botId} ${quantity}`),
    ...(batch.findings ?? []).map(({ code }) => `finding ${code}`),
    ...(batch.fanoutDone ?? []).map((id) => `all decided ${id.slice(9)}`),
  ]
  return parts.join('; ')
}
