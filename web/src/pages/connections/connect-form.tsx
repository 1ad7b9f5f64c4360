import { Alert, Button, Checkbox, Group, SegmentedControl, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconKey, IconPlayerPlay } from '@tabler/icons-react'
import { useState, type SubmitEvent } from 'react'
import { call } from '../../api/client.ts'
import type { Connection, Exchange } from '../../api/schema.ts'
import { Section } from '../../parts/section.tsx'
import { SecretInput } from '../../parts/secret-input.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useDraft } from '../../session/drafts.ts'
import { connections } from '../../texts/connections.ts'
import { states } from '../../texts/states.ts'
import { CheckList } from './check-list.tsx'
import { useConnecting } from './connecting.ts'
import { ExchangePicker } from './exchange-picker.tsx'
import { NoSealing } from './no-sealing.tsx'

const t = connections.form

/** The form of a key, its guide beside it, and the checks as they come. `fixed`: exchange and market are given. */
export function ConnectForm({ exchanges, fixed, done }: {
  readonly exchanges: readonly Exchange[]; readonly fixed?: Pick<Connection, 'exchange' | 'market'>; readonly done: (made: Connection) => void
}) {
  const form = fixed === undefined ? 'connect' : `replace ${fixed.exchange} ${fixed.market}`
  const only = exchanges.length === 1 ? exchanges[0] : undefined
  const [exchange, setExchange] = useDraft<Exchange | undefined>(`${form} exchange`, fixed === undefined ? only : exchanges.find(({ id }) => id === fixed.exchange))
  const [market, setMarket] = useDraft<Connection['market']>(`${form} market`, fixed?.market ?? 'spot')
  const choose = (chosen: Exchange): void => {
    setExchange(chosen)
    if (!chosen.markets.includes(market)) setMarket(chosen.markets[0] ?? 'spot')
  }
  // Without the browser's own encryption no key may be typed in: it could not leave sealed.
  if (!isSecureContext) return <NoSealing exchange={exchange?.id} market={market} />
  return (
    <Stack gap="lg">
      {fixed === undefined && <ExchangePicker exchanges={exchanges} chosen={exchange} choose={choose} />}
      {exchange !== undefined && (
        <KeyForm key={exchange.id} exchange={exchange} market={market} setMarket={fixed === undefined && exchange.markets.length > 1 ? setMarket : null} done={done} />
      )}
    </Stack>
  )
}

function KeyForm({ exchange, market, setMarket, done }: {
  readonly exchange: Exchange; readonly market: Connection['market']; readonly setMarket: ((market: Connection['market']) => void) | null; readonly done: (made: Connection) => void
}) {
  const [credentials, setCredentials] = useState<Readonly<Record<string, string>>>({})
  const [name, setName] = useDraft(`connect ${exchange.id} name`, '')
  const [consent, setConsent] = useState(false)
  const { connect, checks, error, broken, busy } = useConnecting()
  const go = async (take: () => Promise<Readonly<Record<string, string>>>, agreed: boolean): Promise<void> => {
    // Emptied at once: from here on the key is only in the sealed envelope.
    setCredentials({})
    const made = await connect({ exchange, market, name, consent: agreed }, take)
    if (made !== null) done(made)
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const given = Object.fromEntries(Object.entries(credentials).map(([field, text]) => [field, text.trim()]))
    void go(() => Promise.resolve(given), consent)
  }
  const practise = async (): Promise<void> => go(async () => {
    const { credentials: made } = await call('POST /exchanges/{exchange}/practice-key', { path: { exchange: exchange.id } })
    return made as Record<string, string>
  }, exchange.rights === 'unverifiable')
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
      <Stack gap="lg">
        {setMarket !== null && (
          <Section title={t.market} intro={t.marketHint}>
            <SegmentedControl
              fullWidth aria-label={t.market} value={market} onChange={(value) => { setMarket(value as Connection['market']) }}
              data={exchange.markets.map((one) => ({ value: one, label: states.market[one] }))}
            />
          </Section>
        )}
        {exchange.practiceKeys && (
          <Alert icon={<IconPlayerPlay aria-hidden />} title={t.practice.title} color="tower">
            <Stack gap="sm" align="flex-start">
              <Text fz="sm">{t.practice.text}</Text>
              <Button onClick={() => { void practise() }} loading={busy}>{t.practice.button}</Button>
            </Stack>
          </Alert>
        )}
        <Section title={t.key}>
          <form onSubmit={submit}>
            <Stack>
              {exchange.credentials.map(({ name: field, label }) => (
                <SecretInput
                  key={field} label={label} value={credentials[field] ?? ''} show={t.show} hide={t.hide} error={error?.field(`credentials.${field}`)}
                  onChange={(text) => { setCredentials((before) => ({ ...before, [field]: text })) }}
                />
              ))}
              <TextInput
                label={t.name} description={t.nameHint} placeholder={`${exchange.name} ${market}`} value={name} maxLength={100} error={error?.field('name')} autoComplete="off"
                onChange={(event) => { setName(event.currentTarget.value) }}
              />
              {exchange.rights === 'unverifiable' && (
                <Checkbox checked={consent} onChange={(event) => { setConsent(event.currentTarget.checked) }} label={t.consent(exchange.name)} required />
              )}
              <Group><Button type="submit" loading={busy} leftSection={<IconKey size={18} aria-hidden />}>{t.submit}</Button></Group>
            </Stack>
          </form>
        </Section>
      </Stack>
      <Stack gap="lg">
        {checks !== null && (
          <Section title={connections.checks.title}>
            <CheckList checks={checks} />
          </Section>
        )}
        {broken !== null && <Alert color={broken === 'made' ? 'teal' : 'yellow'} role="status"><Text fz="sm">{connections.broken[broken]}</Text></Alert>}
        {error !== null && (
          <Stack gap="xs">
            <Trouble error={error} skip={['name']} />
            {connections.remedies[error.code] !== undefined && <Alert color="yellow"><Text fz="sm">{connections.remedies[error.code]}</Text></Alert>}
            <Text fz="sm" c="dimmed">{t.again}</Text>
          </Stack>
        )}
        <Section title={t.guide(exchange.name)}>
          <Guide text={exchange.guide} />
          <Title order={3} fz="sm">{t.refuses}</Title>
          <Text fz="sm" component="ul" m={0} pl="lg">{[t.always, ...exchange.refuses].map((line) => <li key={line}>{line}</li>)}</Text>
        </Section>
      </Stack>
    </SimpleGrid>
  )
}

/** The first sentence of a guide is a path through the exchange's pages, the rest is what to tick. */
function Guide({ text }: { readonly text: string }) {
  const end = text.indexOf('. ')
  const [way, rest] = end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 2)]
  return (
    <>
      <Text fz="sm" component="ol" m={0} pl="lg">{way.split(' → ').map((step) => <li key={step}>{step}</li>)}</Text>
      {rest !== '' && <Text fz="sm">{rest}</Text>}
    </>
  )
}
