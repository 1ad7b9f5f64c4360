import { ActionIcon, AppShell, Badge, Burger, Button, Divider, Group, Menu, ScrollArea, Text, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { IconAlertTriangle, IconChevronDown, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { call } from '../api/client.ts'
import { useApi } from '../api/queries.ts'
import { practiceNote, useConnections } from '../parts/connection-of.ts'
import { Empty } from '../parts/empty.tsx'
import { To, ToButton } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { leaveNothing } from '../session/drafts.ts'
import { common } from '../texts/common.ts'
import { shell as t } from '../texts/shell.ts'
import { FreezeButton } from './freeze.tsx'
import { LiveMark } from './live.tsx'
import { Mark } from './mark.tsx'
import { Navigation } from './navigation.tsx'
import classes from './layout.module.css'

/** What stays while one goes from page to page. */
export function Layout() {
  const [opened, { toggle, close }] = useDisclosure(false)
  const main = useRef<HTMLElement>(null)
  const address = useRouterState({ select: ({ location }) => location.pathname })
  useEffect(() => { close() }, [address, close])
  return (
    <AppShell layout="alt" header={{ height: 56 }} navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !opened } }} padding={{ base: 'md', md: 'xl' }}>
      <a href="#main" className={classes['skip']} onClick={(event) => { event.preventDefault(); main.current?.focus() }}>{common.skip}</a>
      <AppShell.Header className={classes['header']}>
        <Group h="100%" px={{ base: 'md', md: 'xl' }} justify="space-between" wrap="nowrap" gap="xs">
          <Burger opened={opened} onClick={toggle} hiddenFrom="md" size="sm" aria-label={opened ? t.closeMenu : t.openMenu} />
          <Group gap={4} wrap="nowrap" ml="auto">
            <LiveMark />
            <AttentionMark />
            <FreezeButton />
            <ThemeButton />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes['navbar']} aria-label={t.navLabel}>
        <Group h={56} px="md" justify="space-between">
          <To to="/" underline="never" className={classes['brand']}><Mark /><Text fw={700} fz="1.15rem" lts="-0.02em" c="var(--mantine-color-text)">{common.app}</Text></To>
          <Burger opened={opened} onClick={toggle} hiddenFrom="md" size="sm" aria-label={t.closeMenu} />
        </Group>
        <ScrollArea flex={1} px="sm" py="xs" type="auto"><Navigation onGo={close} /></ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} className={classes['main']}><PracticeNote /><Outlet /></AppShell.Main>
    </AppShell>
  )
}

const MOST_NAMED = 3

/** Nobody shall take simulated money for their own, nor the other way round. */
function PracticeNote() {
  const { data: exchanges } = useApi('GET /exchanges')
  const { data: connections } = useConnections()
  if (exchanges === undefined || connections === undefined) return null
  const note = practiceNote(connections.items, connections.next !== null, exchanges.items)
  if (note === null) return null
  return <Text fz="xs" ta="center" className={classes['practice']} role="note">{note.kind === 'all' ? t.practice : t.somePractice(named(note.names))}</Text>
}

const named = (names: readonly string[]): string => {
  const first = names.slice(0, MOST_NAMED).join(', ')
  return names.length > MOST_NAMED ? t.andMore(first, names.length - MOST_NAMED) : first
}

/** In sight on every page while something needs a person. */
function AttentionMark() {
  const { data } = useApi('GET /attention', undefined, { refetchInterval: 60_000 })
  const count = data === undefined ? 0 : data.counts.critical + data.counts.warning
  if (data === undefined || count === 0) return null
  const color = data.counts.critical > 0 ? 'red' : 'yellow'
  return (
    <Tooltip label={t.attention(count)}>
      <ToButton to="/attention" variant="light" color={color} size="compact-md" leftSection={<IconAlertTriangle size={16} aria-hidden />} aria-label={t.attention(count)}>
        <Badge component="span" variant="transparent" p={0} c="inherit">{count}</Badge>
      </ToButton>
    </Tooltip>
  )
}

function ThemeButton() {
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const label = scheme === 'dark' ? t.theme.light : t.theme.dark
  return (
    <Tooltip label={label}>
      <ActionIcon onClick={() => { setColorScheme(scheme === 'dark' ? 'light' : 'dark') }} aria-label={label}>
        {scheme === 'dark' ? <IconSun size={19} aria-hidden /> : <IconMoon size={19} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}

function Account() {
  const client = useQueryClient()
  const { data: state } = useApi('GET /session')
  const name = state?.user?.name ?? ''
  const signOut = async (): Promise<void> => {
    leaveNothing()
    await call('DELETE /session').catch(() => undefined)
    await client.invalidateQueries({ queryKey: ['GET /session'] })
  }
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="subtle" color="gray" px="xs" aria-label={`${t.account}: ${name}`} rightSection={<IconChevronDown size={14} aria-hidden className={classes['chevron']} />} classNames={{ section: classes['section'] ?? '' }}>
          <IconUserCircle size={20} aria-hidden /><Text fz="sm" fw={600} ml={6} visibleFrom="sm" maw={140} truncate>{name}</Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => { void signOut() }}>{t.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

export const NotFound = () => (
  <Page title={t.notFound}><Empty icon={<IconAlertTriangle aria-hidden />} title={t.notFound} action={<ToButton to="/">{t.home}</ToButton>}>{t.notFoundText}</Empty></Page>
)

/** A page that threw. What it threw is in the console, where a report of it can be taken from. */
export const Broken = () => (
  <Page title={t.broke}>
    <Empty icon={<IconAlertTriangle aria-hidden />} title={t.broke} action={<Button onClick={() => { location.reload() }}>{t.reload}</Button>}>{t.brokeText}</Empty>
  </Page>
)
