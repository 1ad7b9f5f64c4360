import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import { Fragment, type ReactNode } from 'react'
import classes from './section.module.css'

/** A part of a page, on a card of its own. */
export function Section({ title, intro, actions, children }: { readonly title: string; readonly intro?: ReactNode; readonly actions?: ReactNode; readonly children: ReactNode }) {
  return (
    <Paper p={{ base: 'md', sm: 'lg' }} radius="lg" component="section" aria-label={title}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="xs">
          <div>
            <Title order={2}>{title}</Title>
            {intro !== undefined && <Text c="dimmed" fz="sm" component="div">{intro}</Text>}
          </div>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
        {children}
      </Stack>
    </Paper>
  )
}

/** What is known of something: name and value, one under the other. */
export const Facts = ({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) => (
  <dl className={classes['facts']}>
    {facts.map(([name, value]) => <Fragment key={name}><dt>{name}</dt><dd>{value}</dd></Fragment>)}
  </dl>
)
