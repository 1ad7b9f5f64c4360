import { Alert, Button, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ApiError } from '../api/client.ts'
import { common as t } from '../texts/common.ts'
import { To } from './links.tsx'

/** What the server refused, why, what to do, and what stands in the way. `skip`: fields whose errors are shown beside them. */
export function Trouble({ error, retry, skip = [] }: { readonly error: ApiError | null; readonly retry?: () => void; readonly skip?: readonly string[] }) {
  if (error === null) return null
  const { title, bots = [], orders = [], errors = [], candidates = [] } = error.problem
  const elsewhere = errors.filter(({ path }) => !skip.includes(path))
  const told = error.code === 'invalid_input' && errors.length > 0 && elsewhere.length === 0
  if (told) return null
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={title ?? t.failed} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text fz="sm">{error.message}</Text>
        {elsewhere.length > 0 && <List size="sm">{elsewhere.map(({ path, message }) => <List.Item key={path}><code>{path}</code> {message}</List.Item>)}</List>}
        {bots.length > 0 && <List size="sm">{bots.map(({ id, name }) => <List.Item key={id}><To to="/bots/$id" params={{ id }} fz="sm">{t.openBot(name)}</To></List.Item>)}</List>}
        {orders.length > 0 && <List size="sm">{orders.map((id) => <List.Item key={id}><To to="/orders/$id" params={{ id }} fz="sm" className="mono">{id}</To></List.Item>)}</List>}
        {candidates.length > 0 && <Text fz="sm">{t.alsoNamed} {candidates.join(', ')}</Text>}
        {retry !== undefined && <Button size="xs" variant="default" onClick={retry}>{t.retry}</Button>}
      </Stack>
    </Alert>
  )
}
