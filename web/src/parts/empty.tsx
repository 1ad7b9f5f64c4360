import { Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** Where there is nothing yet: what would be here, and how it comes. */
export function Empty({ icon, title, children, action }: { readonly icon: ReactNode; readonly title: string; readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <Paper p="xl" radius="lg">
      <Stack align="center" gap="sm" maw="34rem" mx="auto" py="lg" ta="center">
        <ThemeIcon size={56} radius="xl" variant="light">{icon}</ThemeIcon>
        <Title order={2}>{title}</Title>
        <Text c="dimmed" component="div">{children}</Text>
        {action !== undefined && <Group mt="xs" justify="center">{action}</Group>}
      </Stack>
    </Paper>
  )
}
