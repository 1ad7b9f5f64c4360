import { Alert, Button, Group, Modal, Paper, Radio, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconSnowflake } from '@tabler/icons-react'
import { useState, type SubmitEvent } from 'react'
import { useApi, useChange } from '../api/queries.ts'
import type { Freeze } from '../api/schema.ts'
import { Thaw, TOUCHES } from '../parts/frozen.tsx'
import { Moment } from '../parts/moment.tsx'
import { told } from '../parts/told.ts'
import { Trouble } from '../parts/trouble.tsx'
import { shell } from '../texts/shell.ts'

const t = shell.freezeDialog

/** The kill switch, one click away on every page, and what it holds. */
export function FreezeButton() {
  const [opened, { open, close }] = useDisclosure(false)
  const { data } = useApi('GET /freezes')
  const frozen = (data?.items.length ?? 0) > 0
  return (
    <>
      <Button
        variant={frozen ? 'filled' : 'subtle'} color={frozen ? 'blue.9' : 'gray'} px="xs" onClick={open} leftSection={<IconSnowflake size={18} aria-hidden />}
        styles={{ section: { marginInlineEnd: 6 } }}
      >{frozen ? shell.frozen : shell.freeze}</Button>
      <Modal opened={opened} onClose={close} title={t.title} size="lg">
        <Stack>
          {data !== undefined && data.items.length > 0 && <Held freezes={data.items} />}
          <FreezeForm first={!frozen} done={close} />
        </Stack>
      </Modal>
    </>
  )
}

function Held({ freezes }: { readonly freezes: readonly Freeze[] }) {
  return (
    <Stack gap="xs">
      <Title order={2} fz="md">{t.current}</Title>
      {freezes.map((freeze) => <HeldOne key={`${freeze.scope} ${freeze.id ?? ''}`} freeze={freeze} />)}
    </Stack>
  )
}

function HeldOne({ freeze }: { readonly freeze: Freeze }) {
  const { scope, id, name, mode, reason, at } = freeze
  return (
    <Paper p="sm">
      <Group justify="space-between">
        <div>
          <Text fz="sm" fw={600}>{t.target[scope]} {scope === 'all' ? '' : name ?? id} · {t.modes[mode]}</Text>
          <Text fz="sm" c="dimmed" className="wrap">{reason} · {t.since} <Moment at={at} /></Text>
        </div>
        <Thaw freeze={freeze} id={id} />
      </Group>
    </Paper>
  )
}

function FreezeForm({ first, done }: { readonly first: boolean; readonly done: () => void }) {
  const { data: me } = useApi('GET /me')
  const { data: connections } = useApi('GET /connections', { query: { limit: 200 } })
  const [target, setTarget] = useState('user')
  const [mode, setMode] = useState<Freeze['mode']>('entries')
  const [reason, setReason] = useState('')
  const freeze = useChange('POST /freeze', { touches: TOUCHES, done: () => {
    told(t.done)
    done()
  } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const [scope, id] = target.split(':') as [Freeze['scope'], string?]
    freeze.mutate({ body: { scope, ...(id === undefined ? {} : { id }), mode, reason: reason.trim() || t.defaultReason } })
  }
  const targets = [
    { value: 'user', label: t.scopes.user }, ...me?.role === 'admin' ? [{ value: 'all', label: t.scopes.all }] : [],
    ...(connections?.items ?? []).map(({ id, name }) => ({ value: `connection:${id}`, label: `${t.target.connection} ${name}` })),
  ]
  return (
    <form onSubmit={submit}>
      <Stack>
        {first ? <Text c="dimmed" fz="sm">{t.intro}</Text> : <Title order={2} fz="md">{t.more}</Title>}
        <Select label={t.scope} data={targets} value={target} onChange={(value) => { setTarget(value ?? 'user') }} allowDeselect={false} />
        <Radio.Group label={t.mode} value={mode} onChange={(value) => { setMode(value as Freeze['mode']) }}>
          <Stack gap="xs" mt="xs">
            <Radio value="entries" label={t.entries} description={t.entriesText} />
            <Radio value="all" label={t.everything} description={t.everythingText} />
          </Stack>
        </Radio.Group>
        <TextInput label={t.reason} description={t.reasonHint} placeholder={t.defaultReason} value={reason} maxLength={200} onChange={(event) => { setReason(event.currentTarget.value) }} />
        <Trouble error={freeze.error} />
        {mode === 'all' && <Alert color="yellow" py="xs">{t.everythingText}</Alert>}
        <Group justify="flex-end"><Button type="submit" loading={freeze.isPending} color="blue.9" leftSection={<IconSnowflake size={18} aria-hidden />}>{t.submit}</Button></Group>
      </Stack>
    </form>
  )
}
