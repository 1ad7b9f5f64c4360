import { Alert, Button, Divider, Group, Modal, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconFingerprint, IconShieldCheck } from '@tabler/icons-react'
import { useState, type SubmitEvent } from 'react'
import { ApiError } from '../../api/client.ts'
import { useApi, useChange } from '../../api/queries.ts'
import type { Me, Passkey } from '../../api/schema.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { CopyIcon } from '../../parts/copy.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { browserHasPasskeys, makePasskey } from '../../session/passkeys.ts'
import { session } from '../../texts/session.ts'
import { settings } from '../../texts/settings.ts'
import { AppSetup, TOUCHES } from './app-setup.tsx'
import classes from './factors.module.css'

const t = settings.factors

/** An authenticator app, passkeys, and the codes for when they are lost. */
export function Factors({ me }: { readonly me: Me }) {
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [adding, setAdding] = useState(false)
  const remove = useChange('DELETE /me/totp', { touches: TOUCHES, done: () => { told(t.appRemoved) } })
  const renew = useChange('POST /me/recovery-codes', { touches: TOUCHES, done: ({ recoveryCodes }) => { setCodes(recoveryCodes) } })
  const { totp, passkeys, recoveryCodes } = me.factors
  const any = totp || passkeys > 0
  return (
    <Section title={t.title} intro={t.intro}>
      <Group justify="space-between" align="flex-start">
        <div className={classes['about']}><Title order={3} fz="sm">{t.app} · {totp ? t.appSet : t.none}</Title><Text fz="sm" c="dimmed">{t.appOn}</Text></div>
        {totp ? (
          <Confirm label={t.appRemove} title={t.appRemoveTitle} action={t.appRemove} button={{ size: 'xs' }} run={() => remove.mutateAsync({})} busy={remove.isPending} error={remove.error}><Text fz="sm">{t.appRemoveText}</Text></Confirm>
        ) : !adding && <Button size="xs" leftSection={<IconShieldCheck size={16} aria-hidden />} onClick={() => { setAdding(true) }}>{t.appAdd}</Button>}
      </Group>
      {adding && !totp && <AppSetup cancel={() => { setAdding(false) }} done={(fresh) => { setAdding(false); setCodes(fresh) }} />}
      <Divider />
      <Passkeys added={setCodes} />
      {any && (
        <>
          <Divider />
          <Group justify="space-between" align="flex-start">
            <div className={classes['about']}><Title order={3} fz="sm">{t.recovery}</Title><Text fz="sm" c="dimmed">{t.recoveryText(recoveryCodes)}</Text></div>
            <Confirm label={t.recoveryNew} title={t.recoveryNewTitle} action={t.recoveryNew} danger={false} button={{ size: 'xs' }} run={() => renew.mutateAsync({})} busy={renew.isPending} error={renew.error}><Text fz="sm">{t.recoveryNewText}</Text></Confirm>
          </Group>
        </>
      )}
      <Modal opened={codes !== null} onClose={() => { setCodes(null) }} title={t.codesTitle} closeOnClickOutside={false}>
        <Stack>
          <Text fz="sm">{t.codesText}</Text>
          <ul className={classes['codes']}>{codes?.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
          <Group justify="space-between"><CopyIcon text={codes?.join('\n') ?? ''} label={t.codesCopy} /><Button onClick={() => { setCodes(null) }}>{t.codesDone}</Button></Group>
        </Stack>
      </Modal>
    </Section>
  )
}

function Passkeys({ added }: { readonly added: (codes: readonly string[] | null) => void }) {
  const passkeys = useApi('GET /me/passkeys')
  const state = useApi('GET /session')
  const [name, setName] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const add = useChange('POST /me/passkeys', { touches: TOUCHES, done: ({ recoveryCodes }) => {
    told(t.passkeyAdded)
    setName('')
    added(recoveryCodes)
  } })
  const go = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const answer = await makePasskey()
      await add.mutateAsync({ body: { ...answer, ...(name.trim() === '' ? {} : { name: name.trim() }) } })
    } catch (caught) {
      setError(caught instanceof ApiError ? caught.message : session.passkeyFailed)
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void go()
  }
  const available = state.data?.passkeysAvailable === true && browserHasPasskeys()
  return (
    <Stack gap="sm">
      <div><Title order={3} fz="sm">{t.passkeys}</Title><Text fz="sm" c="dimmed">{available ? t.passkeysText : session.noPasskeys}</Text></div>
      {passkeys.data?.items.map((one) => <OnePasskey key={one.id} passkey={one} />)}
      {available && (
        <form onSubmit={submit}>
          <Group align="flex-end" gap="xs">
            <TextInput label={t.passkeyName} placeholder={t.passkeyPlaceholder} value={name} maxLength={100} onChange={(event) => { setName(event.currentTarget.value) }} autoComplete="off" />
            <Button type="submit" variant="default" loading={busy} leftSection={<IconFingerprint size={17} aria-hidden />}>{t.passkeyAdd}</Button>
          </Group>
        </form>
      )}
      {error !== null && <Alert color="red" role="alert">{error}</Alert>}
    </Stack>
  )
}

function OnePasskey({ passkey: { id, name, backedUp, lastUsedAt } }: { readonly passkey: Passkey }) {
  const remove = useChange('DELETE /me/passkeys/{id}', { touches: TOUCHES, done: () => { told(t.passkeyRemoved) } })
  return (
    <Group justify="space-between">
      <div>
        <Text fz="sm" fw={600}>{name}</Text>
        <Text fz="xs" c="dimmed">{backedUp ? t.synced : t.oneDevice} · {lastUsedAt === null ? t.neverUsed : <>{t.used} <Moment at={lastUsedAt} as="ago" /></>}</Text>
      </div>
      <Confirm label={t.passkeyRemove} title={t.passkeyRemoveTitle(name)} action={t.passkeyRemove} button={{ size: 'xs' }} run={() => remove.mutateAsync({ path: { id } })} busy={remove.isPending} error={remove.error}><Text fz="sm">{t.passkeyRemoveText}</Text></Confirm>
    </Group>
  )
}

