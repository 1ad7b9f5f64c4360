import { Alert, List, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { queryClient } from '../../api/queries.ts'
import { call } from '../../api/client.ts'
import type { Preview, Warning } from '../../api/schema.ts'
import { bots } from '../../texts/bots.ts'
import type { CreateBot } from './bot-wishes.ts'

/**
 * Asked for once for the same settings (as JSON), whether to be shown or to be asked about. `botId`: of the bot
 * whose they shall become.
 */
export const previewOf = (body: string, botId?: string) => ({
  queryKey: ['preview', body, botId ?? null],
  retry: false,
  staleTime: 5000,
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<Preview> =>
    call('POST /bots/preview', {
      body: { ...(JSON.parse(body) as CreateBot), ...(botId === undefined ? {} : { botId }) },
      signal,
    }),
})

/**
 * What to ask before such a bot is made, as of now. Where no preview is to be had, nothing: making it says what
 * is wrong.
 */
export const warningsOf = async (body: CreateBot): Promise<readonly Warning[]> =>
  queryClient.fetchQuery(previewOf(JSON.stringify(body))).then(
    ({ warnings }) => warnings,
    () => [],
  )

export const Warnings = ({ warnings }: { readonly warnings: readonly Warning[] }) =>
  warnings.length > 0 && (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={bots.warnings.title} py="xs">
      {warnings.length === 1 ? (
        <Text fz="sm">{warnings[0]?.message}</Text>
      ) : (
        <List size="sm">
          {warnings.map(({ code, message }) => (
            <List.Item key={code + message}>{message}</List.Item>
          ))}
        </List>
      )}
    </Alert>
  )
