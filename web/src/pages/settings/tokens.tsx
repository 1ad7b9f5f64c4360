import { Alert, Badge, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useChange, useList } from '../../api/queries.ts'
import type { Token } from '../../api/schema.ts'
import { isWithheld } from '../../api/withheld.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Copyable } from '../../parts/copy.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { common } from '../../texts/common.ts'
import { settings } from '../../texts/settings.ts'
import { Frame } from './frame.tsx'

const t = settings.tokens
type Scope = keyof typeof t.scopes

export function Tokens() {
  const tokens = useList('GET /tokens')
  return (
    <Frame>
      <Section title={t.title} intro={t.intro}>
        <Create />
        <Loaded of={{ ...tokens, data: tokens.items }}>
          {(items) => (items.length === 0 ? <Text fz="sm" c="dimmed">{t.none}</Text> : (
            <Rows
              label={t.title} items={items} keyOf={({ id }) => id}
              columns={[
                { title: t.columns.name, head: true, cell: ({ name }) => <b>{name}</b> },
                { title: t.columns.scopes, cell: ({ scopes }) => <Group gap={4}>{scopes.map((scope) => <Badge key={scope} data-tone={scope === 'admin' ? 'yellow' : 'gray'}>{t.scopes[scope]}</Badge>)}</Group> },
                { title: t.columns.created, cell: ({ createdAt }) => <Moment at={createdAt} as="day" /> },
                { title: t.columns.used, cell: ({ lastUsedAt }) => (lastUsedAt === null ? common.never : <Moment at={lastUsedAt} as="ago" />) },
                { title: t.columns.revoke, silent: true, figures: true, cell: (one) => <Revoke token={one} /> },
              ]}
            />
          ))}
        </Loaded>
        {tokens.hasNextPage && <Group><Button size="xs" variant="default" onClick={() => { void tokens.fetchNextPage() }}>{common.more}</Button></Group>}
      </Section>
    </Frame>
  )
}

function Create() {
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>('read')
  const create = useChange('POST /tokens', { touches: ['/tokens'], done: () => { setName('') } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    create.mutate({ body: { name: name.trim(), scopes: [scope] } })
  }
  return (
    <Stack gap="sm">
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput label={t.name} value={name} required maxLength={100} onChange={(event) => { setName(event.currentTarget.value) }} autoComplete="off" />
          <Select label={t.scope} data={Object.entries(t.scopes).map(([value, label]) => ({ value, label }))} value={scope} onChange={(value) => { setScope((value ?? 'read') as Scope) }} allowDeselect={false} w={170} />
          <Button type="submit" loading={create.isPending}>{t.create}</Button>
        </Group>
      </form>
      {create.data !== undefined && isWithheld(create.data, 'token') && <Alert color="yellow" role="status"><Text fz="sm">{t.lost}</Text></Alert>}
      <Trouble error={create.error} />
      {create.data?.token !== undefined && <Alert color="teal" role="status"><Stack gap="xs"><Text fz="sm">{t.made}</Text><Copyable text={create.data.token} label={t.label} /></Stack></Alert>}
    </Stack>
  )
}

function Revoke({ token: { id, name } }: { readonly token: Token }) {
  const revoke = useChange('DELETE /tokens/{id}', { touches: ['/tokens'], done: () => { told(t.revoked) } })
  return <Confirm label={t.revoke} title={t.revokeTitle(name)} action={t.revoke} button={{ size: 'xs' }} run={() => revoke.mutateAsync({ path: { id } })} busy={revoke.isPending} error={revoke.error}><Text fz="sm">{t.revokeText}</Text></Confirm>
}
