import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useEffect, type ReactNode } from 'react'
import { Mark } from '../shell/mark.tsx'
import { session as t } from '../texts/session.ts'
import classes from './frame.module.css'

/** What stands before the door: one card in the middle. */
export function Frame({ title, intro, children }: { readonly title: string; readonly intro?: string; readonly children?: ReactNode }) {
  useEffect(() => { document.title = `${title} · Towerflow` }, [title])
  return (
    <main className={classes['frame']}>
      <Stack className={classes['inner']} gap="lg">
        <Stack gap={4} align="center">
          <Group gap="xs"><Mark size={34} /><Text fw={700} fz="1.5rem" lts="-0.02em">Towerflow</Text></Group>
          <Text c="dimmed" fz="sm">{t.tagline}</Text>
        </Stack>
        <Paper p="xl" shadow="sm" radius="lg">
          <Stack gap="md">
            <div>
              <Title order={1} fz="1.25rem">{title}</Title>
              {intro !== undefined && <Text c="dimmed" fz="sm" mt={4}>{intro}</Text>}
            </div>
            {children}
          </Stack>
        </Paper>
      </Stack>
    </main>
  )
}
