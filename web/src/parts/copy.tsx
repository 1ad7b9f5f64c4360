import { ActionIcon, CopyButton, Group, Paper, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { common as t } from '../texts/common.ts'
import classes from './copy.module.css'

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
export const CopyIcon = ({ text, label }: { readonly text: string; readonly label: string }) => (
  <CopyButton value={text} timeout={1500}>
    {({ copied, copy }) => (
      <Tooltip label={copied ? t.copied : `${t.copy}: ${label}`}>
        <ActionIcon onClick={copy} aria-label={copied ? t.copied : `${t.copy}: ${label}`} color={copied ? 'teal' : 'gray'} size="md">
          {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        </ActionIcon>
      </Tooltip>
    )}
  </CopyButton>
)
