import { notifications } from '@mantine/notifications'
import { common as t } from '../texts/common.ts'

/** Says in a corner that something was done. */
export function told(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4000, closeButtonProps: { 'aria-label': t.close } })
}
