import { Alert, Button, Group, Stack, Text, type ButtonProps } from '@mantine/core'
import { IconSnowflake } from '@tabler/icons-react'
import { useChange } from '../api/queries.ts'
import type { Connection, Freeze } from '../api/schema.ts'
import { shell } from '../texts/shell.ts'
import { Moment } from './moment.tsx'
import { told } from './told.ts'
import { Trouble } from './trouble.tsx'

const t = shell.freezeDialog
/** What a freeze or a thaw makes out of date. */
export const TOUCHES = ['/freezes', '/attention', '/connections']

type Held = NonNullable<Connection['freeze']>

/** Lifts a freeze. `id`: of its connection or user; null: the person's own, or everybody's. */
export function Thaw({
  freeze: { scope, mode },
  id,
  button = {},
}: {
  readonly freeze: Pick<Freeze, 'scope' | 'mode'>
  readonly id: string | null
  readonly button?: ButtonProps
}) {
  const thaw = useChange('POST /thaw', {
    touches: TOUCHES,
    done: () => {
      told(t.thawed)
    },
  })
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        variant="default"
        {...button}
        loading={thaw.isPending}
        onClick={() => {
          thaw.mutate({ body: { scope, ...(id === null ? {} : { id }), mode } })
        }}
      >
        {t.thaw}
      </Button>
      <Trouble error={thaw.error} />
    </Stack>
  )
}

/** Says that a connection's orders are stopped, which of them, why, and how that ends. */
export function FrozenNote({
  connection: { id, name, freeze },
}: {
  readonly connection: Pick<Connection, 'id' | 'name' | 'freeze'>
}) {
  if (freeze === null) return null
  const { scope, mode, reason, at } = freeze
  return (
    <Alert color="blue" icon={<IconSnowflake aria-hidden />} title={t.stopped[mode]} role="status">
      <Group justify="space-between" gap="sm">
        <Text fz="sm" className="wrap" flex="1 1 16rem">
          {t.holds(scope, name)} {t.because(reason)} · {t.since} <Moment at={at} as="short" />
        </Text>
        <Thaw freeze={freeze} id={scope === 'connection' ? id : null} button={{ size: 'xs' }} />
      </Group>
    </Alert>
  )
}

/** The same freeze holds for several connections: it is said once. */
export function oncePerFreeze<C extends Pick<Connection, 'id' | 'freeze'>>(
  connections: readonly C[],
): readonly C[] {
  const nameOf = ({ id, freeze }: C): string =>
    freeze === null || freeze.scope === 'connection' ? id : freeze.scope
  return connections.filter(
    (one, index) =>
      one.freeze !== null && connections.findIndex((other) => nameOf(other) === nameOf(one)) === index,
  )
}

/** Whether orders of these purposes stop. */
export const stops = (freeze: Held | null | undefined, kind: 'open' | 'close'): boolean =>
  freeze !== null && freeze !== undefined && (freeze.mode === 'all' || kind === 'open')
