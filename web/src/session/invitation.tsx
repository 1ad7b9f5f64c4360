import { Alert, Button, PasswordInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { ApiError, call } from '../api/client.ts'
import { session } from '../texts/session.ts'
import { takeFragment, useEntering } from './entering.ts'
import { Frame } from './frame.tsx'

const t = session.invitation

/** Where a link leads with which somebody sets his password. */
export function Invitation() {
  const [token] = useState(takeFragment)
  const [password, setPassword] = useState('')
  const { enter, error, busy } = useEntering()
  const invitation = useQuery({ queryKey: ['invitation'], queryFn: () => call('POST /invitation', { body: { token } }), retry: false, staleTime: Infinity })
  const leave = (): void => { location.assign('/') }
  if (invitation.isError || token === '') {
    return <Frame title={t.gone} intro={t.goneText}><Button onClick={leave}>{t.toSignIn}</Button></Frame>
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void enter('accept', async () => {
      const state = await call('POST /invitation/accept', { body: { token, password } })
      history.replaceState(null, '', '/')
      return state
    })
  }
  const atPassword = error instanceof ApiError ? error.field('password') : undefined
  return (
    <Frame title={t.title(invitation.data?.userName ?? '…')} intro={t.intro}>
      {invitation.data?.forgetsFactors === true && <Alert color="yellow">{t.forgets}</Alert>}
      <form onSubmit={submit}>
        <input type="text" name="username" autoComplete="username" value={invitation.data?.userName ?? ''} readOnly hidden />
        <PasswordInput
          label={session.setup.password} description={session.setup.passwordHint} value={password} onChange={(event) => { setPassword(event.currentTarget.value) }}
          required autoComplete="new-password" autoFocus error={atPassword === undefined ? undefined : `It ${atPassword}.`} mb="lg"
        />
        {error !== null && atPassword === undefined && <Alert color="red" mb="md" role="alert">{error.message}</Alert>}
        <Button type="submit" fullWidth loading={busy !== null} disabled={invitation.data === undefined}>{t.submit}</Button>
      </form>
    </Frame>
  )
}
