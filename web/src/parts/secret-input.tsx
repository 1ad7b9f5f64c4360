import { Anchor, Textarea } from '@mantine/core'
import { useState } from 'react'
import classes from './secret-input.module.css'

/** A field for a key: hidden, but several lines long where the key is (PEM). Browsers are asked not to keep it. */
export function SecretInput({ label, value, onChange, error, show, hide }: {
  readonly label: string; readonly value: string; readonly onChange: (text: string) => void; readonly error?: string | undefined; readonly show: string; readonly hide: string
}) {
  const [shown, setShown] = useState(false)
  return (
    <Textarea
      label={label} value={value} required error={error} autosize minRows={1} maxRows={6} autoComplete="off" spellCheck={false} autoCapitalize="off" data-1p-ignore data-lpignore="true"
      onChange={(event) => { onChange(event.currentTarget.value) }} classNames={{ input: `${classes['input']} ${shown ? '' : classes['hidden']}` }}
      rightSectionWidth={64} rightSection={<Anchor component="button" type="button" fz="xs" onClick={() => { setShown(!shown) }} aria-label={`${shown ? hide : show}: ${label}`}>{shown ? hide : show}</Anchor>}
    />
  )
}
