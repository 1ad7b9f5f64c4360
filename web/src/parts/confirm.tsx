import { Button, Group, Modal, Stack, Text, type ButtonProps } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useId, type ReactNode } from 'react'
import type { ApiError } from '../api/client.ts'
import { common as t } from '../texts/common.ts'
import { Trouble } from './trouble.tsx'

/** Dark enough for white text on it (WCAG 2.2, 1.4.3). */
export const DANGER = 'red.9'

interface QuestionProps {
  readonly title: string
  /** What it means, before it is done. */
  readonly children: ReactNode
  readonly action: string
  readonly danger?: boolean
  /** Does it. Rejected: the dialog stays, with `error`. */
  readonly run: () => Promise<unknown>
  readonly error: ApiError | null
  readonly busy: boolean
}

/** The dialog that asks before something is done that cannot be undone, and shows what stood in the way. */
export function Question({
  opened,
  close,
  title,
  children,
  action,
  danger = true,
  run,
  error,
  busy,
}: QuestionProps & { readonly opened: boolean; readonly close: () => void }) {
  const about = useId()
  const go = (): void => {
    run().then(close, () => undefined)
  }
  return (
    <Modal opened={opened} onClose={close} title={title} aria-describedby={about}>
      <Stack>
        <div id={about}>{children}</div>
        <Trouble error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t.cancel}
          </Button>
          <Button color={danger ? DANGER : 'tower'} onClick={go} loading={busy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

interface ConfirmProps extends QuestionProps {
  readonly label: string
  readonly button?: ButtonProps & { readonly 'aria-label'?: string }
  /** Why it cannot be done now. */
  readonly blocked?: string
}

/** A button for what cannot be undone: it asks first. */
export function Confirm({ label, button = {}, blocked, ...question }: ConfirmProps) {
  const [opened, { open, close }] = useDisclosure(false)
  const why = useId()
  return (
    <>
      {blocked !== undefined && (
        <Text fz="xs" c="dimmed" id={why}>
          {blocked}
        </Text>
      )}
      <Button
        variant="default"
        {...button}
        onClick={open}
        disabled={button.disabled === true || blocked !== undefined}
        aria-describedby={blocked === undefined ? undefined : why}
      >
        {label}
      </Button>
      <Question {...question} opened={opened && blocked === undefined} close={close} />
    </>
  )
}
