import { Alert, Button, Divider, PasswordInput, Text, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useState, type SubmitEvent } from 'react'
import { call } from '../api/client.ts'
import type { SessionState } from '../api/schema.ts'
import { session } from '../texts/session.ts'
import { useEntering } from './entering.ts'
import { Frame } from './frame.tsx'
import { browserHasPasskeys, signWithPasskey } from './passkeys.ts'

const t = session.signIn

export function SignIn({ state }: { readonly state: SessionState }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const { enter, error, busy } = useEntering()
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void enter('password', () => call('POST /session', { body: { name, password } }))
  }
  return (
    <Frame title={t.title}>
      <form onSubmit={submit}>
        <TextInput label={t.name} value={name} onChange={(event) => { setName(event.currentTarget.value) }} required autoComplete="username webauthn" autoFocus mb="md" />
        <PasswordInput label={t.password} value={password} onChange={(event) => { setPassword(event.currentTarget.value) }} required autoComplete="current-password" mb="lg" />
        {error !== null && <Alert color="red" mb="md" role="alert">{error.message}</Alert>}
        <Button type="submit" fullWidth loading={busy === 'password'} disabled={busy !== null}>{t.submit}</Button>
      </form>
      {state.passkeysAvailable && browserHasPasskeys() && (
        <>
          <Divider label={t.or} labelPosition="center" />
          <Button
            variant="default" leftSection={<IconFingerprint size={18} aria-hidden />} loading={busy === 'passkey'} disabled={busy !== null}
            onClick={() => { void enter('passkey', async () => call('POST /session/passkey', { body: await signWithPasskey() })) }}
          >{t.passkey}</Button>
        </>
      )}
      {!isSecureContext && <Text c="dimmed" fz="xs">{session.noPasskeys}</Text>}
      <Text c="dimmed" fz="xs">{t.lost}</Text>
    </Frame>
  )
}
