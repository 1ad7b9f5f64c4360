import { Button, Group, Loader, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useState, type SubmitEvent } from 'react'
import { encode } from 'uqr'
import { useChange } from '../../api/queries.ts'
import { Copyable } from '../../parts/copy.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { settings } from '../../texts/settings.ts'
import classes from './factors.module.css'

const t = settings.factors
/** What a second factor changes. */
export const TOUCHES = ['/me', '/session', '/attention']

/** The secret, as a picture and as text, and the first code of the app. */
export function AppSetup({ cancel, done }: { readonly cancel: () => void; readonly done: (recoveryCodes: readonly string[] | null) => void }) {
  const [code, setCode] = useState('')
  const begin = useChange('POST /me/totp')
  const { mutate } = begin
  useEffect(() => { mutate({}) }, [mutate])
  const confirm = useChange('POST /me/totp/confirm', { touches: TOUCHES, done: ({ recoveryCodes }) => {
    told(t.added)
    done(recoveryCodes)
  } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    confirm.mutate({ body: { code } })
  }
  if (begin.error !== null) return <Stack><Trouble error={begin.error} /><Group><Button variant="default" onClick={cancel}>{t.cancel}</Button></Group></Stack>
  if (begin.data === undefined) return <Loader size="sm" />
  const { uri, secret } = begin.data
  return (
    <Group align="flex-start" gap="lg">
      <Stack gap="xs"><Text fz="sm">{t.scan}</Text><QrCode text={uri} /></Stack>
      <Stack flex="1 1 16rem" gap="sm">
        <Text fz="sm">{t.orType}</Text>
        <Copyable text={secret} label={t.secret} />
        <form onSubmit={submit}>
          <TextInput label={t.code} value={code} required onChange={(event) => { setCode(event.currentTarget.value) }} inputMode="numeric" autoComplete="one-time-code" maw={240} error={confirm.error?.field('code')} />
          <Group mt="sm"><Button type="submit" loading={confirm.isPending}>{t.confirm}</Button><Button variant="default" onClick={cancel}>{t.cancel}</Button></Group>
        </form>
        <Trouble error={confirm.error} skip={['code']} />
      </Stack>
    </Group>
  )
}

function QrCode({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { border: 0 })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return <svg viewBox={`0 0 ${size} ${size}`} className={classes['qr']} role="img" aria-label={t.qr} shapeRendering="crispEdges"><path d={path} fill="#000" /></svg>
}
