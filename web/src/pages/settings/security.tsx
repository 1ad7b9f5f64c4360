import { Button, Group, PasswordInput, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useApi, useChange } from '../../api/queries.ts'
import type { Me } from '../../api/schema.ts'
import { Loaded } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { session } from '../../texts/session.ts'
import { settings } from '../../texts/settings.ts'
import { Factors } from './factors.tsx'
import { Frame } from './frame.tsx'
import { Sessions } from './sessions.tsx'

const t = settings.account

export function Security() {
  const me = useApi('GET /me')
  return (
    <Frame>
      <Loaded of={me}>
        {(known) => (
          <Stack gap="lg">
            <Factors me={known} />
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg"><Name me={known} /><Password me={known} /></SimpleGrid>
            <Sessions />
          </Stack>
        )}
      </Loaded>
    </Frame>
  )
}

function Name({ me }: { readonly me: Me }) {
  const [name, setName] = useState(me.name)
  const save = useChange('PATCH /me', { touches: ['/me', '/session'], done: () => { told(t.saved) } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    save.mutate({ body: { name: name.trim() } })
  }
  return (
    <Section title={t.title}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={t.name} value={name} required maxLength={100} onChange={(event) => { setName(event.currentTarget.value) }} autoComplete="username" error={save.error?.field('name')} />
          <Trouble error={save.error} skip={['name']} />
          <Group><Button type="submit" variant="default" loading={save.isPending}>{t.save}</Button></Group>
        </Stack>
      </form>
    </Section>
  )
}

function Password({ me }: { readonly me: Me }) {
  const [current, setCurrent] = useState('')
  const [fresh, setFresh] = useState('')
  const save = useChange('PATCH /me', { touches: ['/me', '/sessions'], done: () => {
    told(t.changed)
    setCurrent('')
    setFresh('')
  } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    save.mutate({ body: { password: fresh, ...(me.factors.password ? { currentPassword: current } : {}) } })
  }
  const at = (field: string): string | undefined => { const message = save.error?.field(field); return message === undefined ? undefined : `It ${message}.` }
  return (
    <Section title={t.password} intro={t.passwordIntro}>
      <form onSubmit={submit}>
        <Stack>
          {me.factors.password && <PasswordInput label={t.current} value={current} required onChange={(event) => { setCurrent(event.currentTarget.value) }} autoComplete="current-password" error={at('currentPassword')} />}
          <PasswordInput label={t.fresh} description={session.setup.passwordHint} value={fresh} required onChange={(event) => { setFresh(event.currentTarget.value) }} autoComplete="new-password" error={at('password')} />
          {at('password') === undefined && at('currentPassword') === undefined && <Trouble error={save.error} />}
          <Group><Button type="submit" variant="default" loading={save.isPending}>{t.change}</Button></Group>
        </Stack>
      </form>
    </Section>
  )
}
