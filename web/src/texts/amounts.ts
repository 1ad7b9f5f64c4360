export const amounts = {
  which: 'Which amount is meant?',
  whether: 'Is this the amount?',
  notSure: 'Say which amount is meant first',
  readAs: (written: string, read: string) => `“${written}” is read as ${read}`,
  readings: 'Readings',
} as const
