import { Alert, List, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { queryClient } from '../../api/queries.ts'
import { call } from '../../api/client.ts'
import type { Preview } from '../../api/schema.ts'
import { bots } from '../../texts/bots.ts'
import type { CreateBot } from './bot-wishes.ts'

/** `bots`: own ones that it is about. */
export interface Warning { readonly code: string; readonly message: string; readonly bots?: readonly { readonly id: string }[] }
/** As the server answers; older ones warn of nothing. */
export type Warned = Preview & { readonly warnings?: readonly Warning[] }

/** Asked for once for the same settings, whether to be shown or to be asked about. */
export const previewOf = (body: string) => ({
  queryKey: ['preview', body], retry: false, staleTime: 5000,
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<Warned> => call('POST /bots/preview', { body: JSON.parse(body) as CreateBot, signal }),
})

/** What to ask before such a bot is made, as of now. Where no preview is to be had, nothing: making it says what is wrong. */
export const warningsOf = async (body: CreateBot): Promise<readonly Warning[]> => (
  queryClient.fetchQuery(previewOf(JSON.stringify(body))).then(({ warnings }) => warnings, () => []))

/** Without those that are about nobody but the bot itself, whose settings these are. */
export const aboutOthers = (warnings: readonly Warning[], self: string | null): readonly Warning[] => (
  self === null ? warnings : warnings.filter(({ bots = [] }) => bots.some(({ id }) => id !== self)))

export const Warnings = ({ warnings }: { readonly warnings: readonly Warning[] }) => warnings.length > 0 && (
  <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={bots.warnings.title} py="xs">
    {warnings.length === 1 ? <Text fz="sm">{warnings[0]?.message}</Text> : <List size="sm">{warnings.map(({ code, message }) => <List.Item key={code + message}>{message}</List.Item>)}</List>}
  </Alert>
)
