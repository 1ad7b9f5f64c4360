import { Stack, Text } from '@mantine/core'
import {
  IconAlertTriangle, IconArrowsExchange, IconBolt, IconLayoutDashboard, IconPlugConnected, IconRobot, IconSettings, IconWebhook,
} from '@tabler/icons-react'
import type { ComponentProps } from 'react'
import { ToNav } from '../parts/links.tsx'
import { shell as t } from '../texts/shell.ts'
import classes from './navigation.module.css'

type Place = { readonly to: ComponentProps<typeof ToNav>['to']; readonly label: string; readonly icon: typeof IconLayoutDashboard }

const GROUPS: readonly { readonly label: string; readonly places: readonly Place[] }[] = [
  { label: t.groups.watch, places: [
    { to: '/', label: t.nav.overview, icon: IconLayoutDashboard },
    { to: '/signals', label: t.nav.signals, icon: IconBolt },
    { to: '/orders', label: t.nav.orders, icon: IconArrowsExchange },
    { to: '/attention', label: t.nav.attention, icon: IconAlertTriangle },
  ] },
  { label: t.groups.build, places: [
    { to: '/bots', label: t.nav.bots, icon: IconRobot },
    { to: '/webhooks', label: t.nav.webhooks, icon: IconWebhook },
    { to: '/connections', label: t.nav.connections, icon: IconPlugConnected },
    { to: '/settings/security', label: t.nav.settings, icon: IconSettings },
  ] },
]

/** Where one can go. */
export function Navigation({ onGo }: { readonly onGo: () => void }) {
  return (
    <Stack gap="lg">
      {GROUPS.map(({ label, places }) => (
        <div key={label}>
          <Text fz="xs" fw={600} c="dimmed" px="sm" mb={4}>{label}</Text>
          {places.map(({ to, label: name, icon: Icon }) => (
            <ToNav
              key={name} to={to} label={name} leftSection={<Icon size={19} stroke={1.7} aria-hidden />} className={classes['link']} onClick={onGo}
              activeOptions={{ exact: to === '/' }} activeProps={{ 'data-active': true, 'aria-current': 'page' } as object}
            />
          ))}
        </div>
      ))}
    </Stack>
  )
}
