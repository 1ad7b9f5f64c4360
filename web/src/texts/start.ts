export const start = {
  title: 'First steps',
  intro: 'Five steps from here to an order. Leave whenever you like: you go on where you stopped.',
  progress: (done: number, all: number) => `${done} of ${all} done`,
  done: 'Done',
  all: { title: 'It works', text: 'A signal became an order on your account. Put the webhook’s address into your alerts, and watch here.', overview: 'To the overview' },
  practiceHint: 'Only want to look around? Simulated exchanges are offered there too; they are marked, and no real money moves.',
  noPracticeHint: 'Only want to look around? Stop Towerflow and run “npm start -- --practice”: everything against simulated exchanges.',
  steps: {
    connect: { title: 'Connect an exchange', text: 'An API key of yours that may trade and cannot withdraw; it is encrypted in this browser.', action: 'Connect' },
    webhook: { title: 'Make a webhook', text: 'The secret address that your alerts are sent to.', action: 'Make a webhook' },
    bot: { title: 'Make a bot', text: 'It listens to the webhook and trades one symbol with an amount that you choose.', action: 'Make a bot' },
    test: { title: 'Send a test signal', text: 'Everything happens as in earnest, but nothing is sent to the exchange.', action: 'Send test' },
    order: { title: 'See a signal become an order', text: 'A real signal: the bot buys for its amount, on the exchange that it is connected to.', action: 'Send a real signal', practice: 'Send a signal' },
  },
  result: 'What came of it',
  symbolOf: (symbol: string) => `of ${symbol}`,
} as const
