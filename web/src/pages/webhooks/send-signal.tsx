import { Alert, Autocomplete, Button, Checkbox, Group, Input, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import type { SubmitEvent } from 'react'
import { AmountInput } from '../../amounts/amount-input.tsx'
import { plainOf, typed, type Typed } from '../../amounts/read-amount.ts'
import { useApi, useChange } from '../../api/queries.ts'
import type { Webhook } from '../../api/schema.ts'
import { DANGER } from '../../parts/confirm.tsx'
import { useConnections } from '../../parts/connection-of.ts'
import { FrozenNote, oncePerFreeze, stops } from '../../parts/frozen.tsx'
import { To } from '../../parts/links.tsx'
import { Section } from '../../parts/section.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useDraft } from '../../session/drafts.ts'
import { states } from '../../texts/states.ts'
import { webhooks } from '../../texts/webhooks.ts'

const t = webhooks.send

/** A signal by hand, by the owner. A test unless one says otherwise. */
export function SendSignal({ webhook: { id } }: { readonly webhook: Pick<Webhook, 'id'> }) {
  const bots = useApi('GET /bots', { query: { webhookId: id, limit: 200 } })
  const connections = useConnections().data?.items ?? []
  const listening = bots.data?.items ?? []
  const frozen = listening.flatMap(({ connectionId }) => connections.filter((one) => one.id === connectionId && one.freeze !== null))
  const stopped = listening.length > 0 && frozen.length === listening.length && frozen.every(({ freeze }) => stops(freeze, 'close'))
  const symbols = [...new Set((bots.data?.items ?? []).map((bot) => bot.symbol))]
  const [symbol, setSymbol] = useDraft<string | null>(`send ${id} symbol`, null)
  const [side, setSide] = useDraft(`send ${id} side`, 'BUY')
  const [size, setSize] = useDraft<Typed>(`send ${id} size`, typed(''))
  const [test, setTest] = useDraft(`send ${id} test`, true)
  const send = useChange('POST /webhooks/{id}/signals', { touches: ['/signals', '/stats'] })
  const chosen = symbol ?? symbols[0] ?? ''
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const plain = plainOf(size)
    if (plain === null || (!test && stopped)) return
    const body = { symbol: chosen, side, ...(plain === '' ? {} : { size: plain }), ...(test ? { flag: 'TEST' } : {}) }
    send.mutate({ path: { id }, body })
  }
  return (
    <Section title={t.title} intro={t.intro}>
      <form onSubmit={submit}>
        <Stack maw="30rem">
          <Autocomplete label={t.symbol} data={symbols} value={chosen} onChange={setSymbol} required />
          <Input.Wrapper label={t.side} labelElement="div">
            <SegmentedControl fullWidth aria-label={t.side} value={side} onChange={setSide} data={[{ value: 'BUY', label: states.trade.buy }, { value: 'SELL', label: states.trade.sell }]} />
          </Input.Wrapper>
          <AmountInput label={t.size} description={webhooks.builder.sizeHint} value={size} onChange={setSize} />
          <Checkbox label={t.test} checked={test} onChange={(event) => { setTest(event.currentTarget.checked) }} />
          {!test && frozen.length > 0 && <Text fz="sm">{t.frozen(frozen.length, listening.length)}</Text>}
          {!test && oncePerFreeze(frozen).map((one) => <FrozenNote key={one.id} connection={one} />)}
          {!test && !stopped && <Alert color="yellow" py="xs">{t.real}</Alert>}
          <Trouble error={send.error} />
          <Group>
            <Button type="submit" loading={send.isPending} disabled={!test && stopped} color={test ? 'tower' : DANGER} leftSection={<IconSend size={18} aria-hidden />}>{test ? t.submitTest : t.submit}</Button>
            {send.data !== undefined && (
              <Text fz="sm" role="status">{send.data.duplicate ? t.duplicate : t.sent} <To to="/signals/$id" params={{ id: send.data.signalId }}>{t.look}</To></Text>
            )}
          </Group>
        </Stack>
      </form>
    </Section>
  )
}
