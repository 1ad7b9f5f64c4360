import { Text } from '@mantine/core'
import { money } from './decimals.ts'

/** Profit or loss: its sign is said by word, colour and sign. `places`: where it stands among others that add up. */
export function Gain({ amount, unit, places }: { readonly amount: string; readonly unit: string; readonly places?: number }) {
  const shown = money(amount, unit, { sign: true, ...(places === undefined ? {} : { places }) })
  const kind = shown.startsWith('−') ? 'down' : shown.startsWith('+') ? 'up' : undefined
  return <Text span inherit fw={600} className={`figures ${kind ?? ''}`} title={`${amount} ${unit}`}>{shown} <Text span inherit fw={400} fz="0.85em">{unit}</Text></Text>
}
