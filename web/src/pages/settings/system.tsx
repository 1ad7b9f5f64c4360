import { Anchor, SimpleGrid, Stack, Text } from '@mantine/core'
import { useApi } from '../../api/queries.ts'
import { Copyable } from '../../parts/copy.tsx'
import { Facts, Section } from '../../parts/section.tsx'
import { settings } from '../../texts/settings.ts'
import { Frame } from './frame.tsx'

const t = settings.system

export function System() {
  const health = useApi('GET /health')
  const ready = useApi('GET /ready', undefined, { refetchInterval: 10_000 })
  const vault = useApi('GET /vault')
  const stats = useApi('GET /stats', undefined, { refetchInterval: 10_000 })
  const wait = '…'
  return (
    <Frame>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
        <Section title={t.title}>
          <Facts
            facts={[
              [t.version, health.data?.version ?? wait],
              [t.ready, ready.data === undefined ? ready.error === null ? wait : <Text key="x" span fz="sm" c="var(--down)">{t.notReady}: {ready.error.message}</Text> : t.allWell],
              [t.signals, stats.data === undefined ? wait : `${stats.data.signals.total} · ${t.last24h(stats.data.signals.last24h)}`],
              [t.lanes, stats.data?.lanes.lanes ?? wait], [t.waiting, stats.data?.lanes.waiting ?? wait], [t.uncertain, stats.data?.lanes.uncertain ?? wait],
            ]}
          />
        </Section>
        <Section title={t.vault} intro={t.vaultText}>
          <Facts facts={[[t.masterKey, vault.data?.masterKeyVersion ?? wait], [t.kid, <code key="k">{vault.data?.kid ?? wait}</code>], [t.suite, <code key="s">{vault.data?.suite ?? wait}</code>]]} />
        </Section>
        <Section title={t.backups}>
          <Stack gap="xs">
            <Text fz="sm">{t.backupsText}</Text><Copyable text="node bin/towerflow.mjs backup towerflow.backup" label={t.command} />
            <Text fz="sm">{t.restoreText}</Text><Copyable text="node bin/towerflow.mjs restore towerflow.backup" label={t.command} />
            <Text fz="sm" fw={600}>{t.keyText}</Text>
          </Stack>
        </Section>
        <Section title={t.about}>
          <Stack gap="xs"><Text fz="sm">{t.license}</Text><Text fz="sm" c="dimmed">{t.credit}</Text><Anchor href="/api/docs" fz="sm">{t.api}</Anchor></Stack>
        </Section>
      </SimpleGrid>
    </Frame>
  )
}
