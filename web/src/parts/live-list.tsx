import { Button, Center, Group, Loader, Text } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { IconArrowUp } from '@tabler/icons-react'
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import type { LiveItems } from '../api/live-items.ts'
import classes from './live-list.module.css'

/** So close to the end the next page is asked for, and so close to the top new items come in by themselves. */
const NEAR_END = 15
const TOP_PX = 160

/**
 * A list that grows at its top while one reads it: what one looks at never moves. Only what is in sight is drawn, so that
 * ten thousand items scroll as well as ten.
 */
export function LiveList<T extends { readonly id: string }>({ live, label, row, height, fresh, end }: {
  readonly live: LiveItems<T>; readonly label: string; readonly row: (item: T) => ReactNode
  /** About how high a row is, px. */
  readonly height: number
  /** Says that so many new ones wait. */
  readonly fresh: (count: number) => string
  readonly end: string
}) {
  const { items, waiting, takeIn, more, hasMore, loading } = live
  const frame = useRef<HTMLDivElement>(null)
  const [offset, setOffset] = useState(0)
  useLayoutEffect(() => { setOffset(frame.current?.offsetTop ?? 0) }, [])
  // The same function as long as the items are the same: with another one every place is reckoned anew, at each step of the wheel.
  const keyOf = useCallback((index: number) => items[index]?.id ?? index, [items])
  const rows = useWindowVirtualizer({ count: items.length, estimateSize: () => height, overscan: 12, scrollMargin: offset, getItemKey: keyOf })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && !loading && last >= items.length - NEAR_END) more()
  }, [hasMore, loading, last, items.length, more])
  // At the top one sees what comes; further down it waits until one goes there.
  useEffect(() => {
    if (waiting === 0) return undefined
    const look = (): void => { if (window.scrollY <= TOP_PX) takeIn() }
    look()
    window.addEventListener('scroll', look, { passive: true })
    return () => { window.removeEventListener('scroll', look) }
  }, [waiting, takeIn])
  return (
    <>
      <div className={classes['above']} role="status">
        {waiting > 0 && <Button size="compact-md" radius="xl" leftSection={<IconArrowUp size={16} aria-hidden />} onClick={() => { window.scrollTo({ top: 0 }) }}>{fresh(waiting)}</Button>}
      </div>
      <div ref={frame} className={classes['frame']}>
        <div role="list" aria-label={label} className={classes['list']} style={{ height: rows.getTotalSize() }}>
          {shown.map(({ key, index, start }) => {
            const item = items[index]
            return item !== undefined && (
              <div key={key} role="listitem" ref={rows.measureElement} data-index={index} aria-posinset={index + 1} aria-setsize={hasMore ? -1 : items.length} className={classes['row']} style={{ transform: `translateY(${start - offset}px)` }}>
                {row(item)}
              </div>
            )
          })}
        </div>
      </div>
      <Center mih={48}>{loading ? <Group gap="xs"><Loader size="xs" aria-hidden /></Group> : !hasMore && items.length > 20 && <Text fz="sm" c="dimmed">{end}</Text>}</Center>
    </>
  )
}
