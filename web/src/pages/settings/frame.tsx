import { Tabs } from '@mantine/core'
import { useLocation, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Page } from '../../parts/page.tsx'
import { settings as t } from '../../texts/settings.ts'

type Section = keyof typeof t.sections

/** The settings' pages, one beside the other. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const navigate = useNavigate()
  const section = useLocation({ select: ({ pathname }) => pathname.split('/')[2] }) as Section
  return (
    <Page title={`${t.title}: ${t.sections[section]}`}>
      <Tabs value={section} onChange={(value) => { void navigate({ to: `/settings/${value as Section}` }) }} keepMounted={false}>
        <Tabs.List mb="lg" aria-label={t.sectionsLabel}>{Object.entries(t.sections).map(([value, label]) => <Tabs.Tab key={value} value={value}>{label}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value={section}>{children}</Tabs.Panel>
      </Tabs>
    </Page>
  )
}
