import { Stack, Text } from '@mantine/core'
import { useApi } from '../../api/queries.ts'
import { To } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Section } from '../../parts/section.tsx'
import { SignalRows } from '../../parts/signal-rows.tsx'
import { webhooks } from '../../texts/webhooks.ts'

const t = webhooks.activity

/** What came in, and what was turned away. */
export function Activity({ id, owner }: { readonly id: string; readonly owner: boolean }) {
  const signals = useApi('GET /signals', { query: { webhookId: id, limit: 10 } })
  return (
    <Stack gap="lg">
      <Section title={t.signals} actions={<To to="/signals" search={{ webhookId: id }} fz="sm">{t.all}</To>}>
        <Loaded of={signals}>{({ items }) => (items.length === 0 ? <Text fz="sm" c="dimmed">{t.none}</Text> : <SignalRows signals={items} label={t.signals} />)}</Loaded>
      </Section>
      {owner && <Rejections id={id} />}
    </Stack>
  )
}

function Rejections({ id }: { readonly id: string }) {
  const rejections = useApi('GET /webhooks/{id}/rejections', { path: { id } })
  return (
    <Section title={t.rejections} intro={t.rejectionsIntro}>
      <Loaded of={rejections} lines={2}>
        {({ items }) => (items.length === 0 ? <Text fz="sm" c="dimmed">{t.noRejections}</Text> : (
          <Rows
            label={t.rejections} items={items} keyOf={({ at, code }) => at + code}
            columns={[
              { title: t.columns.at, cell: ({ at }) => <Moment at={at} /> },
              { title: t.columns.code, head: true, cell: ({ code, status }) => <code>{status} {code}</code> },
              { title: t.columns.detail, cell: ({ detail }) => detail },
              { title: t.columns.sender, cell: ({ sender }) => <code>{sender}</code> },
              { title: t.columns.body, cell: ({ body }) => <code>{body}</code> },
            ]}
          />
        ))}
      </Loaded>
    </Section>
  )
}
