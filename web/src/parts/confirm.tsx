import { Button, Group, Modal, Stack, type ButtonProps } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useId, type ReactNode } from 'react'
import type { ApiError } from '../api/client.ts'
import { common as t } from '../texts/common.ts'
import { Trouble } from './trouble.tsx'

interface ConfirmProps {
  readonly label: string
  readonly title: string
  /** What it means, before it is done. */
  readonly children: ReactNode
  readonly action: string
  readonly danger?: boolean
  readonly button?: ButtonProps
  /** Does it. Rejected: the dialog stays, with `error`. */
  readonly run: () => Promise<unknown>
  readonly error: ApiError | null
  readonly busy: boolean
}

/** A button for what cannot be undone: it asks first, and shows what stood in the way. */
export function Confirm({ label, title, children, action, danger = true, button = {}, run, error, busy }: ConfirmProps) {
  const [opened, { open, close }] = useDisclosure(false)
  const about = useId()
  const go = (): void => { run().then(close, () => undefined) }
  return (
    <>
      <Button variant="default" {...button} onClick={open}>{label}</Button>
      <Modal opened={opened} onClose={close} title={title} aria-describedby={about}>
        <Stack>
          <div id={about}>{children}</div>
          <Trouble error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>{t.cancel}</Button>
            <Button color={danger ? 'red' : 'tower'} onClick={go} loading={busy}>{action}</Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
