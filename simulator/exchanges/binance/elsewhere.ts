import { timeOf, type Endpoints } from './state.ts'

const READ = ['enableReading'] as const

/** Binance's other markets, of which there are none here: clients ask for their lists when they start. */
export const ELSEWHERE: Endpoints = {
  'GET /sapi/v1/margin/allPairs': { weight: 1, rights: READ, answer: () => [] },
  'GET /sapi/v1/margin/isolated/allPairs': { weight: 1, rights: READ, answer: () => [] },
  'GET /sapi/v1/margin/allAssets': { weight: 1, rights: READ, answer: () => [] },
  'GET /dapi/v1/exchangeInfo': {
    weight: 1,
    rights: null,
    answer: ({ x }) => ({ timezone: 'UTC', serverTime: timeOf(x), rateLimits: [], exchangeFilters: [], symbols: [] }),
  },
  'GET /eapi/v1/exchangeInfo': {
    weight: 1,
    rights: null,
    answer: ({ x }) => {
      return { timezone: 'UTC', serverTime: timeOf(x), optionContracts: [], optionAssets: [], optionSymbols: [] }
    },
  },
}
