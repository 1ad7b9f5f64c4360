import { Badge, Button, Group, Text } from '@mantine/core'
import { useChange, useList } from '../../api/queries.ts'
import type { Session } from '../../api/schema.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { settings } from '../../texts/settings.ts'

const t = settings.sessions

/** Browsers that are signed in, and how to end that. */
export function Sessions() {
  const sessions = useList('GET /sessions', { query: { limit: 50 } })
  const endOthers = useChange('DELETE /sessions', { touches: ['/sessions'], done: ({ ended }) => { told(t.endedAll(ended)) } })
  return (
    <Section title={t.title} actions={<Confirm label={t.endOthers} title={t.endOthersTitle} action={t.endOthers} button={{ size: 'xs' }} run={() => endOthers.mutateAsync({})} busy={endOthers.isPending} error={endOthers.error}><Text fz="sm">{t.endOthersText}</Text></Confirm>}>
      <Loaded of={{ ...sessions, data: sessions.items }}>
        {(items) => (
          <Rows
            label={t.title} items={items} keyOf={({ id }) => id}
            columns={[
              { title: t.columns.browser, head: true, cell: ({ userAgent, address, current }) => <><Group gap="xs"><Text fz="sm" fw={600}>{browserOf(userAgent)}</Text>{current && <Badge data-tone="teal">{t.here}</Badge>}</Group><Text fz="xs" c="dimmed" title={userAgent}>{address}</Text></> },
              { title: t.columns.how, cell: ({ method }) => method.replaceAll('_', ' ').replaceAll('+', ' + ') },
              { title: t.columns.since, cell: ({ createdAt }) => <Moment at={createdAt} as="short" /> },
              { title: t.columns.used, cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} as="ago" /> },
              { title: t.columns.end, silent: true, figures: true, cell: (one) => <End session={one} /> },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}

function End({ session: { id, current, userAgent } }: { readonly session: Session }) {
  const end = useChange('DELETE /sessions/{id}', { touches: ['/sessions'], done: () => { told(t.ended) } })
  return current ? null : <Button size="xs" variant="default" loading={end.isPending} aria-label={t.endOf(browserOf(userAgent))} onClick={() => { end.mutate({ path: { id } }) }}>{t.end}</Button>
}

/** What people call it; the whole text stands behind it. */
function browserOf(userAgent: string): string {
  const name = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']].find(([sign]) => userAgent.includes(sign ?? ''))?.[1]
  const system = [['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['Windows', 'Windows'], ['Mac OS', 'macOS'], ['Linux', 'Linux']].find(([sign]) => userAgent.includes(sign ?? ''))?.[1]
  if (name === undefined) return userAgent.slice(0, 40) || '?'
  return system === undefined ? name : `${name}, ${system}`
}
