import { ActionIcon, Group, Paper, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import { common as t } from '../texts/common.ts'
import { toClipboard } from './clipboard.ts'
import classes from './copy.module.css'

/** So long it says what came of it. */
const SAID_MS = 1500

/** Text to take away. `label` says what it is. */
export function Copyable({ text, label, block = false }: { readonly text: string; readonly label: string; readonly block?: boolean }) {
  return (
    <Paper className={classes['box']} data-block={block || undefined} radius="md">
      {block ? <pre className={classes['text']}>{text}</pre> : <code className={classes['text']}>{text}</code>}
      <Group className={classes['button']}><CopyIcon text={text} label={label} /></Group>
    </Paper>
  )
}

/** Only the button. */
export function CopyIcon({ text, label }: { readonly text: string; readonly label: string }) {
  const [state, setState] = useState<'copied' | 'failed' | null>(null)
  const copied = state === 'copied'
  const copy = async (): Promise<void> => {
    setState(await toClipboard(text) ? 'copied' : 'failed')
    setTimeout(() => { setState(null) }, SAID_MS)
  }
  const say = state === null ? `${t.copy}: ${label}` : t[state === 'copied' ? 'copied' : 'notCopied']
  return (
    <Tooltip label={say}>
      <ActionIcon onClick={() => { void copy() }} aria-label={say} color={copied ? 'teal' : 'gray'} size="md">
        {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}
