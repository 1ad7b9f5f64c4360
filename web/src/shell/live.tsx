import { Group, Text, Tooltip } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { LiveStream, type LiveEvent } from '../api/events.ts'
import { shell as t } from '../texts/shell.ts'
import classes from './live.module.css'

const Live = createContext<LiveStream | null>(null)

/** Keeps the stream of events open while somebody is signed in. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const [stream] = useState(() => new LiveStream(client))
  useEffect(() => {
    stream.open()
    return () => { stream.close() }
  }, [stream])
  return <Live value={stream}>{children}</Live>
}

function useStream(): LiveStream {
  const stream = use(Live)
  if (stream === null) throw new Error('there is no stream of events here')
  return stream
}

/** Calls `on` with each event while the component is shown. */
export function useLive(on: (event: LiveEvent) => void): void {
  const stream = useStream()
  useEffect(() => stream.listen(on), [stream, on])
}

/** Whether what one sees is kept up to date at this moment. */
export function LiveMark() {
  const stream = useStream()
  const state = useSyncExternalStore(stream.watch, () => stream.state)
  const live = state !== 'broken'
  return (
    <Tooltip label={live ? t.liveText : t.reconnectingText} multiline maw={260}>
      <Group gap={6} wrap="nowrap" role="status" aria-label={live ? t.live : t.reconnecting} className={classes['mark']}>
        <span className={classes['dot']} data-live={live || undefined} />
        <Text fz="xs" c="dimmed" visibleFrom="sm">{live ? t.live : t.reconnecting}</Text>
      </Group>
    </Tooltip>
  )
}
