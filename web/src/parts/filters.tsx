import { Button, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'

export interface Choice { readonly value: string; readonly label: string }

/** A filter by one of several. */
export const Filter = ({ label, any, choices, value, onChange }: {
  readonly label: string; readonly any: string; readonly choices: readonly Choice[]; readonly value: string | undefined; readonly onChange: (value: string | undefined) => void
}) => (
  <Select aria-label={label} placeholder={`${label}: ${any}`} data={[...choices]} value={value ?? null} onChange={(chosen) => { onChange(chosen ?? undefined) }} clearable searchable w={{ base: 'calc(50% - 5px)', xs: 190 }} clearButtonProps={{ 'aria-label': `${any}: ${label}` }} />
)

/** A filter by a word; asked for when one has stopped typing. */
export function TextFilter({ label, value, onChange }: { readonly label: string; readonly value: string | undefined; readonly onChange: (value: string | undefined) => void }) {
  const [text, setText] = useState(value ?? '')
  const settle = useDebouncedCallback((typed: string) => { onChange(typed.trim() === '' ? undefined : typed.trim()) }, 400)
  return <TextInput aria-label={label} placeholder={label} value={text} onChange={(event) => { setText(event.currentTarget.value); settle(event.currentTarget.value) }} w={{ base: 'calc(50% - 5px)', xs: 160 }} spellCheck={false} />
}

export const FilterBar = ({ children, clear, onClear }: { readonly children: React.ReactNode; readonly clear: string | null; readonly onClear: () => void }) => (
  <Group gap="xs" role="search">{children}{clear !== null && <Button variant="subtle" onClick={onClear}>{clear}</Button>}</Group>
)
