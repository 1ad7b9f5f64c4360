import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import type { ApiError } from '../api/client.ts'
import { Trouble } from './trouble.tsx'
import classes from './page.module.css'

interface PageProps {
  readonly title: string
  /** One sentence on what the page is for. */
  readonly intro?: ReactNode
  readonly actions?: ReactNode
  /** Where one came from. */
  readonly above?: ReactNode
  readonly children: ReactNode
  readonly narrow?: boolean
}

/** A page: its title in the window's too, and said to screen readers when one comes to it. */
export function Page({ title, intro, actions, above, children, narrow = false }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => { document.title = `${title} · Towerflow` }, [title])
  useEffect(() => { heading.current?.focus({ preventScroll: true }) }, [])
  return (
    <Stack gap="lg" className={narrow ? classes['narrow'] : classes['page']}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div className={classes['head']}>
          {above}
          <Title order={1} tabIndex={-1} ref={heading} className="wrap">{title}</Title>
          {intro !== undefined && <Text c="dimmed" mt={2} maw="46rem" component="div">{intro}</Text>}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  )
}

/** The place of a page of which it is not known yet what it will be. */
export const PageToCome = () => (
  <Stack gap="lg" className={classes['page']} aria-busy="true" data-loading>
    <Skeleton h={34} w={190} radius="md" />
    <Skeleton h={120} radius="lg" />
  </Stack>
)

interface Looked<T> { readonly data: T | undefined; readonly error: ApiError | null; readonly refetch: () => unknown }

/** What was read, once it is there; its place is kept meanwhile, and an error stands where it would have been. */
export function Loaded<T>({ of, lines = 4, children }: { readonly of: Looked<T>; readonly lines?: number; readonly children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return children(of.data)
  if (of.error !== null) return <Trouble error={of.error} retry={() => { of.refetch() }} />
  return <ToCome lines={lines} />
}

/** Keeps the place of what is on its way. */
export const ToCome = ({ lines = 4 }: { readonly lines?: number }) => (
  <Stack gap="sm" aria-busy="true" data-loading>{Array.from({ length: lines }, (_, line) => <Skeleton key={line} h={44} radius="md" />)}</Stack>
)
