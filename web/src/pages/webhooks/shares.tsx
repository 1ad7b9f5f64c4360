import { Button, Group, Text, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useChange, useList } from '../../api/queries.ts'
import type { Share } from '../../api/schema.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { webhooks } from '../../texts/webhooks.ts'

const t = webhooks.settings

/** Who else of the installation may link bots to a webhook. */
export function Shares({ id }: { readonly id: string }) {
  const shares = useList('GET /webhooks/{id}/shares', { path: { id } })
  const [name, setName] = useState('')
  const share = useChange('POST /webhooks/{id}/shares', { touches: ['/webhooks'], done: () => {
    told(t.shared)
    setName('')
  } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    share.mutate({ path: { id }, body: { userName: name.trim() } })
  }
  return (
    <Section title={t.shares} intro={t.sharesIntro}>
      <Loaded of={{ ...shares, data: shares.items }} lines={1}>
        {(items) => (items.length === 0 ? <Text fz="sm" c="dimmed">{t.noShares}</Text> : items.map((one) => <OneShare key={one.id} webhookId={id} share={one} />))}
      </Loaded>
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput label={t.shareName} value={name} required maxLength={100} onChange={(event) => { setName(event.currentTarget.value) }} autoComplete="off" />
          <Button type="submit" variant="default" loading={share.isPending}>{t.share}</Button>
        </Group>
      </form>
      <Trouble error={share.error} />
    </Section>
  )
}

function OneShare({ webhookId, share: { id, userName } }: { readonly webhookId: string; readonly share: Share }) {
  const end = useChange('DELETE /webhooks/{id}/shares/{shareId}', { touches: ['/webhooks'], done: () => { told(t.unshared) } })
  return (
    <Group justify="space-between" maw="30rem">
      <Text fz="sm" fw={600}>{userName}</Text>
      <Confirm
        label={t.unshare} title={t.unshareTitle(userName)} action={t.unshareAction} button={{ 'size': 'xs', 'aria-label': `${t.unshare}: ${userName}` }}
        run={() => end.mutateAsync({ path: { id: webhookId, shareId: id } })} busy={end.isPending} error={end.error}
      ><Text fz="sm">{t.unshareText}</Text></Confirm>
    </Group>
  )
}
