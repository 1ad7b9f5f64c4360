import { Alert, Button, Divider, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useState, useSyncExternalStore, type SubmitEvent } from 'react'
import { call } from '../api/client.ts'
import { useApi } from '../api/queries.ts'
import { session } from '../texts/session.ts'
import { useEntering } from './entering.ts'
import { browserHasPasskeys, signWithPasskey } from './passkeys.ts'

const t = session.prove

type Asked = { readonly kind: 'password' | 'second_factor'; readonly answer: (proved: boolean) => void }
let asked: Asked | null = null
const listeners = new Set<() => void>()

function set(next: Asked | null): void {
  asked = next
  for (const listener of listeners) listener()
}

/** Asks the person to prove who he is, once for all that wait for it; answers whether he did. */
export function prove(kind: Asked['kind']): Promise<boolean> {
  return new Promise((resolve) => {
    const before = asked?.answer
    set({ kind, answer: (proved) => { before?.(proved); resolve(proved) } })
  })
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => { listeners.delete(listener) }
}

/** The dialog of `prove`. */
export function Prover() {
  const now = useSyncExternalStore(subscribe, () => asked)
  const finish = (proved: boolean): void => {
    now?.answer(proved)
    set(null)
  }
  return (
    <Modal opened={now !== null} onClose={() => { finish(false) }} title={t.title} size="sm" zIndex={400}>
      {now !== null && <Proof kind={now.kind} finish={finish} />}
    </Modal>
  )
}

function Proof({ kind, finish }: { readonly kind: Asked['kind']; readonly finish: (proved: boolean) => void }) {
  const me = useApi('GET /me')
  const state = useApi('GET /session')
  const [text, setText] = useState('')
  const { enter, error, busy } = useEntering()
  const step = async (way: string, proof: () => Promise<Parameters<typeof call<'POST /session/step-up'>>[1]>): Promise<void> => {
    if (await enter(way, async () => call('POST /session/step-up', await proof()))) finish(true)
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void step('text', () => Promise.resolve({ body: kind === 'password' ? { password: text } : { code: text } }))
  }
  const byApp = kind === 'password' || me.data?.factors.totp === true
  const hasPasskey = kind === 'second_factor' && (me.data?.factors.passkeys ?? 0) > 0
  const byPasskey = hasPasskey && state.data?.passkeysAvailable === true && browserHasPasskeys()
  return (
    <Stack gap="md">
      <Text fz="sm" c="dimmed">{t.intro}</Text>
      {byPasskey && (
        <Button leftSection={<IconFingerprint size={18} aria-hidden />} loading={busy === 'passkey'} onClick={() => { void step('passkey', async () => ({ body: { passkey: await signWithPasskey() } })) }}>
          {t.passkey}
        </Button>
      )}
      {hasPasskey && !byPasskey && state.data !== undefined && <Alert color="yellow">{session.noPasskeys}</Alert>}
      {byPasskey && byApp && <Divider label={t.or} labelPosition="center" />}
      {byApp && (
        <form onSubmit={submit} id="proof">
          {kind === 'password'
            ? <PasswordInput label={t.password} value={text} onChange={(event) => { setText(event.currentTarget.value) }} required autoComplete="current-password" data-autofocus />
            : <TextInput label={t.code} value={text} onChange={(event) => { setText(event.currentTarget.value) }} required autoComplete="one-time-code" inputMode="numeric" data-autofocus />}
        </form>
      )}
      {error !== null && <Alert color="red" role="alert">{error.message}</Alert>}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => { finish(false) }}>{t.cancel}</Button>
        {byApp && <Button type="submit" form="proof" loading={busy === 'text'}>{t.submit}</Button>}
      </Group>
    </Stack>
  )
}
