import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { ApiError, call } from '../api/client.ts'
import { session } from '../texts/session.ts'
import { takeFragment, useEntering } from './entering.ts'
import { Frame } from './frame.tsx'

const t = session.setup

/** The first account, with the token that `start` printed; the printed link brings it along. */
export function Setup() {
  const [given] = useState(takeFragment)
  const [token, setToken] = useState(given)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const { enter, error, busy } = useEntering()
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void enter('setup', async () => {
      await call('POST /setup', { body: { token: token.trim(), name: name.trim() || 'admin', password } })
      history.replaceState(null, '', '/')
      return null
    })
  }
  const atPassword = error instanceof ApiError ? error.field('password') : undefined
  return (
    <Frame title={t.title} intro={t.intro}>
      <form onSubmit={submit}>
        {given === '' && (
          <TextInput label={t.token} description={t.tokenHint} value={token} onChange={(event) => { setToken(event.currentTarget.value) }} required autoComplete="off" spellCheck={false} mb="md" />
        )}
        <TextInput label={t.name} value={name} onChange={(event) => { setName(event.currentTarget.value) }} required autoComplete="username" autoFocus mb="md" />
        <PasswordInput
          label={t.password} description={t.passwordHint} value={password} onChange={(event) => { setPassword(event.currentTarget.value) }} required
          autoComplete="new-password" error={atPassword === undefined ? undefined : `It ${atPassword}.`} mb="lg"
        />
        {error !== null && atPassword === undefined && <Alert color="red" mb="md" role="alert">{error.message}</Alert>}
        <Button type="submit" fullWidth loading={busy !== null}>{t.submit}</Button>
      </form>
    </Frame>
  )
}
