import { Text } from '@mantine/core'

/** A decimal as people read it: groups of thousands, no zeros that say nothing. Text stays text: no digit is lost. */
export function figure(decimal: string, { sign = false, atLeast = 0 }: { readonly sign?: boolean; readonly atLeast?: number } = {}): string {
  const minus = decimal.startsWith('-')
  const [whole = '0', rest = ''] = decimal.replace(/^[-+]/, '').split('.')
  const part = rest.replace(/0+$/, '').padEnd(atLeast, '0')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ' ')
  const nothing = /^0*$/.test(whole + part)
  return `${minus && !nothing ? '−' : sign && !nothing ? '+' : ''}${grouped}${part === '' ? '' : `.${part}`}`
}

/** Cut to so many decimals, never rounded up: for money that one looks at, not counts with. */
export const cut = (decimal: string, places: number): string => {
  const [whole = '0', rest = ''] = decimal.split('.')
  return places === 0 ? whole : `${whole}.${rest.slice(0, places).padEnd(places, '0')}`
}

/** Profit or loss: its sign is said by word, colour and sign. */
export function Gain({ amount, unit, places = 2 }: { readonly amount: string; readonly unit: string; readonly places?: number }) {
  const shown = figure(cut(amount, places), { sign: true, atLeast: places })
  const kind = shown.startsWith('−') ? 'down' : shown.startsWith('+') ? 'up' : undefined
  return <Text span inherit fw={600} className={`figures ${kind ?? ''}`} title={`${amount} ${unit}`}>{shown} <Text span inherit fw={400} fz="0.85em">{unit}</Text></Text>
}
