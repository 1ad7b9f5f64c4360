import { Alert, Anchor, Button, Group, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useState, type SubmitEvent } from 'react'
import { call } from '../api/client.ts'
import type { SessionState } from '../api/schema.ts'
import { session } from '../texts/session.ts'
import { useEntering } from './entering.ts'
import { Frame } from './frame.tsx'
import { browserHasPasskeys, signWithPasskey } from './passkeys.ts'

const t = session.second

/** After the password: an app's code, a passkey, or a recovery code. */
export function SecondFactor({ state }: { readonly state: SessionState }) {
  const has = (factor: SessionState['factors'][number]): boolean => state.factors.includes(factor)
  const [way, setWay] = useState<'totp' | 'recovery_code' | null>(has('totp') ? 'totp' : null)
  const [text, setText] = useState('')
  const { enter, error, busy } = useEntering()
  const byPasskey = has('passkey') && state.passkeysAvailable && browserHasPasskeys()
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void enter('code', () => call('POST /session/second-factor', { body: way === 'totp' ? { code: text } : { recoveryCode: text } }))
  }
  const change = (to: 'totp' | 'recovery_code'): void => {
    setWay(to)
    setText('')
  }
  return (
    <Frame title={t.title} intro={t.intro}>
      {byPasskey && (
        <Button
          variant={way === null ? 'filled' : 'default'} leftSection={<IconFingerprint size={18} aria-hidden />} loading={busy === 'passkey'}
          onClick={() => { void enter('passkey', async () => call('POST /session/second-factor', { body: { passkey: await signWithPasskey() } })) }}
        >{t.passkey}</Button>
      )}
      {has('passkey') && !byPasskey && <Alert color="yellow">{session.noPasskeys}</Alert>}
      {way !== null && (
        <form onSubmit={submit}>
          <TextInput
            key={way} label={way === 'totp' ? t.code : t.recovery} {...(way === 'recovery_code' ? { description: t.recoveryHint } : {})} value={text} required autoFocus
            onChange={(event) => { setText(event.currentTarget.value) }} autoComplete="one-time-code" inputMode={way === 'totp' ? 'numeric' : 'text'} spellCheck={false} mb="lg"
          />
          <Button type="submit" fullWidth loading={busy === 'code'}>{t.submit}</Button>
        </form>
      )}
      {error !== null && <Alert color="red" role="alert">{error.message}</Alert>}
      <Group justify="space-between" fz="sm">
        {has('recovery_code') && way !== 'recovery_code' && <Anchor component="button" type="button" fz="sm" onClick={() => { change('recovery_code') }}>{t.useRecovery}</Anchor>}
        {has('totp') && way !== 'totp' && <Anchor component="button" type="button" fz="sm" onClick={() => { change('totp') }}>{t.useCode}</Anchor>}
        <Anchor component="button" type="button" fz="sm" onClick={() => { void enter('back', async () => { await call('DELETE /session'); return null }) }}>{t.back}</Anchor>
      </Group>
    </Frame>
  )
}
