// The exchanges: one port, one folder for each, all with the same files.
export { Http } from './http.ts'
export { Host, NotAllowed } from './host.ts'
export { Desk } from './desk.ts'
export { openExchange } from './open.ts'
export {
  destroyKey, type Call, type Caller, type Exchange, type ExchangeContext, type ExchangeModule, type ExchangeUrls, type Hours, type Key, type OnCheck, type OrderRef,
  type Prices, type Stop, type Verdict,
} from './port.ts'
export { closes } from './position-mode.ts'
export { isAboutKey } from './refusal.ts'
export { EXCHANGES } from './registry.ts'
