import { Alert, Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { useApi } from '../../api/queries.ts'
import type { Connection } from '../../api/schema.ts'
import { To, ToButton } from '../../parts/links.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { connections as t } from '../../texts/connections.ts'
import { CheckList } from './check-list.tsx'
import { ConnectForm } from './connect-form.tsx'

export function NewConnection() {
  const exchanges = useApi('GET /exchanges')
  const webhooks = useApi('GET /webhooks', { query: { limit: 1 } })
  const [made, setMade] = useState<Connection | null>(null)
  const first = webhooks.data?.items.length === 0
  return (
    <Page title={t.form.title} intro={t.form.intro} above={<To to="/connections" fz="sm">{t.title}</To>}>
      {made === null ? <Loaded of={exchanges}>{({ items }) => <ConnectForm exchanges={items} done={setMade} />}</Loaded> : (
        <Stack maw="46rem">
          <Alert color="teal" icon={<IconCircleCheck aria-hidden />} title={t.done.title(made.name)} role="status">
            <Text fz="sm">{t.done.text}</Text>
            <Group mt="sm">
              {first ? <ToButton to="/webhooks/new">{t.done.next}</ToButton> : <ToButton to="/bots/new" search={{ connection: made.id }}>{t.done.bot}</ToButton>}
              <ToButton to="/connections/$id" params={{ id: made.id }} variant="default">{t.done.open}</ToButton>
            </Group>
          </Alert>
          <Section title={t.checks.title}><CheckList checks={made.checks} /></Section>
        </Stack>
      )}
    </Page>
  )
}
