import { Alert, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import type { Webhook } from '../../api/schema.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Copyable } from '../../parts/copy.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { webhooks } from '../../texts/webhooks.ts'

const t = webhooks.page

/** The secret address, and the key that messages may have to hold. */
export function Address({ webhook: { id, url, keyProtected } }: { readonly webhook: Webhook }) {
  const [shown, setShown] = useState<string | null>(null)
  const touches = ['/webhooks']
  const rotate = useChange('POST /webhooks/{id}/rotate', { touches, done: ({ key }) => {
    setShown(key ?? null)
    if (key === undefined) told(t.rotated)
  } })
  const change = useChange('PATCH /webhooks/{id}', { touches, done: ({ key }) => {
    setShown(key ?? null)
    if (key === undefined) told(t.keyRemoved)
  } })
  const small = { size: 'xs' } as const
  return (
    <Section
      title={t.address} intro={t.addressHint}
      actions={<Confirm label={t.rotate} title={t.rotate} action={t.rotate} button={small} run={() => rotate.mutateAsync({ path: { id }, body: { hash: true } })} busy={rotate.isPending} error={rotate.error}><Text fz="sm">{t.rotateText}</Text></Confirm>}
    >
      <Copyable text={url ?? ''} label={t.copyAddress} />
      <Group justify="space-between" gap="xs">
        <Text fz="sm" c="dimmed">{keyProtected === true ? t.keyOn : t.keyOff}</Text>
        <Group gap="xs">
          <Confirm
            label={keyProtected === true ? t.keyNew : t.keyMake} title={t.keyNew} action={keyProtected === true ? t.keyNew : t.keyMake} danger={keyProtected === true} button={small}
            run={() => rotate.mutateAsync({ path: { id }, body: { key: true } })} busy={rotate.isPending} error={rotate.error}
          ><Text fz="sm">{keyProtected === true ? t.keyNewText : webhooks.form.keyHint}</Text></Confirm>
          {keyProtected === true && (
            <Confirm label={t.keyRemove} title={t.keyRemove} action={t.keyRemove} button={small} run={() => change.mutateAsync({ path: { id }, body: { key: false } })} busy={change.isPending} error={change.error}>
              <Text fz="sm">{t.keyRemoveText}</Text>
            </Confirm>
          )}
        </Group>
      </Group>
      {shown !== null && (
        <Alert color="teal" role="status"><Stack gap="xs"><Text fz="sm">{t.keyShown}</Text><Copyable text={shown} label={t.key} /></Stack></Alert>
      )}
    </Section>
  )
}
