import { Alert, List, Stack, Text } from '@mantine/core'
import { IconLockOpen } from '@tabler/icons-react'
import type { Connection } from '../../api/schema.ts'
import { Copyable } from '../../parts/copy.tsx'
import { connections } from '../../texts/connections.ts'

const t = connections.noSealing
const HTTP_PORT = '80'

/** In place of the form, where the browser has no encryption because the page came over plain http: what to do instead. */
export function NoSealing({ exchange = 'binance', market }: { readonly exchange?: string | undefined; readonly market: Connection['market'] }) {
  const port = location.port === '' ? HTTP_PORT : location.port
  return (
    <Alert color="yellow" icon={<IconLockOpen aria-hidden />} title={t.title} maw="46rem">
      <Stack gap="sm">
        <Text fz="sm">{t.text}</Text>
        <List size="sm" spacing="sm" listStyleType="none">
          <List.Item><b>{t.https}</b> {t.httpsText}</List.Item>
          <List.Item>
            <b>{t.tunnel}</b> {t.tunnelText(port)}
            <Copyable text={`ssh -N -L ${port}:127.0.0.1:${port} ${location.hostname}`} label={t.command} />
          </List.Item>
          <List.Item>
            <b>{t.terminal}</b> {t.terminalText}
            <Copyable text={`node bin/towerflow.mjs connect --exchange ${exchange} --market ${market}`} label={t.command} />
          </List.Item>
        </List>
      </Stack>
    </Alert>
  )
}
