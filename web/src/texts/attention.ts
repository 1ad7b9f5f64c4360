export const attention = {
  title: 'Attention',
  intro: 'What a person should look at, the gravest first.',
  empty: { title: 'Nothing needs you', text: 'Uncertain orders, differences between our books and the exchange, keys that end or changed their rights: they appear here when there are any.' },
  kinds: {
    order_uncertain: 'Uncertain order', exit_open: 'Exit not done', finding: 'Difference', connection_unhealthy: 'Connection', key_expires: 'Key expires', frozen: 'Frozen', executor_unavailable: 'Executor', no_second_factor: 'Your account',
  },
  actions: { order: 'Look at the order', acknowledge: 'Seen', connection: 'Open connection', replace: 'Replace key', bot: 'Open bot', secure: 'Add a second factor' },
  acknowledged: 'Marked as seen',
  counts: (count: number, severity: string) => `${count} ${severity.toLowerCase()}`,
  more: 'The list ends at 200.',
  findings: {
    title: 'Differences found', intro: 'Our books are compared with the exchange in the background. Nothing is ever traded to make the two agree.',
    none: 'None so far.', columns: { at: 'Found', what: 'What', ours: 'Ours', theirs: 'Exchange', state: 'State' },
    open: 'Open', seen: 'Seen', gone: 'Gone',
  },
} as const
