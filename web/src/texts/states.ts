export const states = {
  connection: { active: 'Healthy', unhealthy: 'Unhealthy', frozen: 'Frozen' },
  order: {
    pending: 'Pending', submitting: 'Sending', uncertain: 'Uncertain', open: 'Open', canceling: 'Canceling', filled: 'Filled', canceled: 'Canceled',
    partially_filled_then_canceled: 'Partly filled, canceled', expired: 'Expired', partially_filled_then_expired: 'Partly filled, expired', rejected: 'Rejected', failed: 'Failed',
  },
  outcome: { order: 'Order', skipped: 'Skipped', refused: 'Refused', test: 'Test' },
  side: { flat: 'Flat', long: 'Long', short: 'Short' },
  trade: { buy: 'Buy', sell: 'Sell' },
  severity: { critical: 'Now', warning: 'Soon', info: 'Good to know' },
  paused: 'Paused',
  running: 'Running',
  receiving: 'Receiving',
  disconnected: 'Not connected',
  practice: 'Practice',
  market: { spot: 'Spot', futures: 'Futures' },
} as const
