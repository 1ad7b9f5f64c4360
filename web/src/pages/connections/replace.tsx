import { Button, Divider, Group, Select, Stack, Stepper, Text } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi, useChange } from '../../api/queries.ts'
import type { Connection } from '../../api/schema.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { To } from '../../parts/links.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { connections } from '../../texts/connections.ts'
import { ConnectForm } from './connect-form.tsx'

const t = connections.replace

/** From an old key to a new one: connect, move the bots, delete. */
export function Replace() {
  const { id } = useParams({ from: '/connections/$id/replace' })
  const old = useApi('GET /connections/{id}', { path: { id } })
  const [next, setNext] = useState<Pick<Connection, 'id' | 'name'> | null>(null)
  const [moved, setMoved] = useState(false)
  const active = next === null ? 0 : moved ? 2 : 1
  return (
    <Page title={old.data === undefined ? connections.page.replace : t.title(old.data.name)} intro={t.intro} above={<To to="/connections/$id" params={{ id }} fz="sm">{old.data?.name ?? connections.title}</To>}>
      <Stepper active={active} allowNextStepsSelect={false} size="sm">
        <Stepper.Step label={t.connect} /><Stepper.Step label={t.move} /><Stepper.Step label={t.delete} />
      </Stepper>
      <Loaded of={old}>
        {(connection) => {
          if (next === null) return <First old={connection} done={setNext} />
          return moved ? <Third old={connection} /> : <Second old={connection} next={next} done={() => { setMoved(true) }} />
        }}
      </Loaded>
    </Page>
  )
}

function First({ old, done }: { readonly old: Connection; readonly done: (next: Pick<Connection, 'id' | 'name'>) => void }) {
  const exchanges = useApi('GET /exchanges')
  const { data: all } = useApi('GET /connections', { query: { limit: 200 } })
  const others = (all?.items ?? []).filter(({ id, exchange, market }) => id !== old.id && exchange === old.exchange && market === old.market)
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <Stack gap="lg">
      {others.length > 0 && (
        <>
          <Section title={t.existing}>
            <Group align="flex-end">
              <Select aria-label={t.existing} data={others.map(({ id, name }) => ({ value: id, label: name }))} value={chosen} onChange={setChosen} flex={1} maw={340} />
              <Button disabled={chosen === null} onClick={() => { const one = others.find(({ id }) => id === chosen); if (one !== undefined) done(one) }}>{t.use}</Button>
            </Group>
          </Section>
          <Divider label={t.connectText} labelPosition="center" />
        </>
      )}
      <Loaded of={exchanges}>{({ items }) => <ConnectForm exchanges={items} fixed={old} done={done} />}</Loaded>
    </Stack>
  )
}

function Second({ old, next, done }: { readonly old: Connection; readonly next: Pick<Connection, 'id' | 'name'>; readonly done: () => void }) {
  const move = useChange('POST /connections/{id}/relink', { touches: ['/connections', '/bots'], done: () => {
    told(t.moved)
    done()
  } })
  return (
    <Section title={t.move} intro={old.bots.length === 0 ? t.moveNone : t.moveText(old.bots.length, next.name)}>
      {old.bots.length > 0 && <Text fz="sm">{old.bots.map(({ name }) => name).join(', ')}</Text>}
      <Trouble error={move.error} />
      <Group><Button loading={move.isPending} onClick={() => { if (old.bots.length === 0) done(); else move.mutate({ path: { id: old.id }, body: { to: next.id } }) }}>{t.moveButton}</Button></Group>
    </Section>
  )
}

function Third({ old }: { readonly old: Connection }) {
  const navigate = useNavigate()
  const remove = useChange('DELETE /connections/{id}', { done: async () => {
    told(connections.page.removed)
    await navigate({ to: '/connections' })
  } })
  return (
    <Section title={t.delete} intro={t.deleteText}>
      <Group>
        <Confirm
          label={t.deleteButton} title={connections.page.removeTitle(old.name)} action={t.deleteButton} button={{ c: 'var(--down)' }}
          run={() => remove.mutateAsync({ path: { id: old.id } })} busy={remove.isPending} error={remove.error}
        ><Text fz="sm">{connections.page.removeText}</Text></Confirm>
      </Group>
    </Section>
  )
}
