import { ActionIcon, Alert, Button, Group, Menu, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState, type ReactNode, type SubmitEvent } from 'react'
import { useApi, useChange, useList } from '../../api/queries.ts'
import type { UserDetails } from '../../api/schema.ts'
import { isWithheld } from '../../api/withheld.ts'
import { Question } from '../../parts/confirm.tsx'
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

const t = settings.users
/** `url` null: it was in an answer that was lost. */
type Link = { readonly name: string; readonly url: string | null }

export function Users() {
  const me = useApi('GET /me')
  return <Frame><Loaded of={me}>{({ role }) => (role === 'admin' ? <All /> : <Alert color="gray">{t.onlyAdmins}</Alert>)}</Loaded></Frame>
}

function All() {
  const users = useList('GET /users')
  const [link, setLink] = useState<Link | null>(null)
  return (
    <Section title={t.title} intro={t.intro}>
      <Invite made={setLink} />
      {link?.url === null && <Alert color="yellow" role="status"><Text fz="sm">{t.lost(link.name)}</Text></Alert>}
      {link !== null && link.url !== null && <Alert color="teal" role="status"><Stack gap="xs"><Text fz="sm">{t.made(link.name)}</Text><Copyable text={link.url} label={t.label} /></Stack></Alert>}
      <Loaded of={{ ...users, data: users.items }}>
        {(items) => (
          <Rows
            label={t.title} items={items} keyOf={({ id }) => id}
            columns={[
              { title: t.columns.name, head: true, cell: ({ name }) => <b>{name}</b> },
              { title: t.columns.role, cell: ({ role }) => t.roles[role] },
              { title: t.columns.state, cell: stateOf },
              { title: t.columns.factor, cell: ({ hasSecondFactor }) => (hasSecondFactor ? common.yes : common.no) },
              { title: t.columns.created, cell: ({ createdAt }) => <Moment at={createdAt} as="day" /> },
              { title: t.columns.change, silent: true, figures: true, cell: (user) => <Actions user={user} linked={setLink} /> },
            ]}
          />
        )}
      </Loaded>
      {users.hasNextPage && <Group><Button size="xs" variant="default" onClick={() => { void users.fetchNextPage() }}>{common.more}</Button></Group>}
    </Section>
  )
}

const stateOf = ({ disabled, hasPassword, invitedUntil }: UserDetails): string => (
  disabled ? t.states.disabled : invitedUntil !== null ? t.states.invited : hasPassword ? t.states.active : t.states.none)

function Invite({ made }: { readonly made: (link: Link) => void }) {
  const [name, setName] = useState('')
  const [role, setRole] = useState<UserDetails['role']>('user')
  const create = useChange('POST /users', { touches: ['/users'], done: (user) => {
    if (user.invitation !== undefined || isWithheld(user, 'invitation')) made({ name: user.name, url: user.invitation?.url ?? null })
    setName('')
  } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    create.mutate({ body: { name: name.trim(), role, invite: true } })
  }
  return (
    <form onSubmit={submit}>
      <Group align="flex-end">
        <TextInput label={t.inviteName} value={name} required maxLength={100} onChange={(event) => { setName(event.currentTarget.value) }} autoComplete="off" error={create.error?.field('name')} />
        <Select label={t.inviteRole} data={Object.entries(t.roles).map(([value, label]) => ({ value, label }))} value={role} onChange={(value) => { setRole((value ?? 'user') as UserDetails['role']) }} allowDeselect={false} w={170} />
        <Button type="submit" loading={create.isPending}>{t.invite}</Button>
      </Group>
      <Trouble error={create.error} skip={['name']} />
    </form>
  )
}

type Step = keyof typeof t.ask

/** What can be done with a user; what takes something away, or gives all, is asked first. */
function Actions({ user: { id, name, role, disabled }, linked }: { readonly user: UserDetails; readonly linked: (link: Link) => void }) {
  const touches = ['/users']
  const change = useChange('PATCH /users/{id}', { touches, done: () => { told(t.saved) } })
  const remove = useChange('DELETE /users/{id}', { touches, done: () => { told(t.removed) } })
  const invite = useChange('POST /users/{id}/invitation', { touches, done: ({ url }) => { if (url !== undefined) linked({ name, url }) } })
  const path = { id }
  const [asked, setAsked] = useState<Step | null>(null)
  const steps: Readonly<Record<Step, () => Promise<unknown>>> = {
    forget: () => invite.mutateAsync({ path, body: { forgetFactors: true } }), promote: () => change.mutateAsync({ path, body: { role: 'admin' } }),
    demote: () => change.mutateAsync({ path, body: { role: 'user' } }), disable: () => change.mutateAsync({ path, body: { disabled: true } }), remove: () => remove.mutateAsync({ path }),
  }
  const ask = (step: Step): void => {
    for (const one of [change, remove, invite]) one.reset()
    setAsked(step)
  }
  const item = (step: Step, label: string): ReactNode => <Menu.Item c={step === 'remove' ? 'var(--down)' : undefined} onClick={() => { ask(step) }}>{label}</Menu.Item>
  const failed = change.error ?? remove.error ?? invite.error
  const { title, text, action } = t.ask[asked ?? 'remove']
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target><ActionIcon aria-label={t.actions(name)}><IconDots size={18} aria-hidden /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => { invite.mutate({ path, body: {} }) }}>{t.newLink}</Menu.Item>
          {item('forget', t.newLinkFactors)}
          {role === 'admin' ? item('demote', t.makeUser) : item('promote', t.makeAdmin)}
          {disabled ? <Menu.Item onClick={() => { change.mutate({ path, body: { disabled: false } }) }}>{t.enable}</Menu.Item> : item('disable', t.disable)}
          <Menu.Divider />
          {item('remove', t.remove)}
        </Menu.Dropdown>
      </Menu>
      <Question
        opened={asked !== null} close={() => { setAsked(null) }} title={title(name)} action={action} danger={asked !== 'promote'} run={asked === null ? () => Promise.resolve() : steps[asked]}
        busy={change.isPending || remove.isPending || invite.isPending} error={asked === null ? null : failed}
      ><Text fz="sm">{text}</Text></Question>
      {invite.data !== undefined && isWithheld(invite.data, 'url') && <Text fz="sm">{t.lost(name)}</Text>}
      <Trouble error={asked === null ? failed : null} />
    </>
  )
}
