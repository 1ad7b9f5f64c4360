import { useComputedColorScheme } from '@mantine/core'
import {
  AreaSeries, CandlestickSeries, createChart, createSeriesMarkers, HistogramSeries, TickMarkType, type IChartApi, type ISeriesApi, type ISeriesMarkersPluginApi, type SeriesMarker, type Time, type UTCTimestamp,
} from 'lightweight-charts'
import { useEffect, useRef, useState } from 'react'
import { figure } from './decimals.ts'
import classes from './time-chart.module.css'

/** Values over time; `at` epoch ms. The library draws with numbers: what people read as figures stands beside it, as text. */
export type Series =
  | { readonly kind: 'area'; readonly points: readonly { readonly at: number; readonly value: number }[] }
  | { readonly kind: 'bars'; readonly tone: Tone; readonly points: readonly { readonly at: number; readonly value: number }[] }
  | { readonly kind: 'candles'; readonly points: readonly { readonly at: number; readonly open: number; readonly high: number; readonly low: number; readonly close: number }[]; readonly marks: readonly Mark[] }
export interface Mark { readonly at: number; readonly side: 'buy' | 'sell'; readonly text: string }
type Tone = 'strong' | 'soft' | 'down'

interface Colors { readonly text: string; readonly line: string; readonly strong: string; readonly soft: string; readonly up: string; readonly down: string }
const COLORS: Readonly<Record<'light' | 'dark', Colors>> = {
  light: { text: '#5a6172', line: '#e9ebf2', strong: '#3b4fd8', soft: '#b9c4f8', up: '#0b7a4b', down: '#c02b36' },
  dark: { text: '#a3abbd', line: '#222838', strong: '#7186ee', soft: '#39437a', up: '#4ecb8d', down: '#ff8087' },
}
type Drawn = ISeriesApi<'Area'> | ISeriesApi<'Histogram'> | ISeriesApi<'Candlestick'>

/** A chart that one can move and zoom; it keeps its place while values come in. `range`: what it shows, when that changes it begins anew. */
export function TimeChart({ series, height = 260, range, digits = 2, withTime = false }: {
  readonly series: readonly Series[]; readonly height?: number; readonly range: string; readonly digits?: number; readonly withTime?: boolean
}) {
  const place = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const [drawn, setDrawn] = useState<{ readonly chart: IChartApi; readonly parts: readonly Drawn[]; readonly marks: ISeriesMarkersPluginApi<Time> | null } | null>(null)
  const kinds = series.map((one) => (one.kind === 'bars' ? `bars ${one.tone}` : one.kind)).join(',')
  useEffect(() => {
    if (place.current === null) return undefined
    const chart = newChart(place.current, COLORS[scheme], { height, digits, withTime })
    const parts = kinds.split(',').map((kind) => addSeries(chart, kind, COLORS[scheme], digits))
    const candles = parts[kinds.split(',').indexOf('candles')]
    setDrawn({ chart, parts, marks: candles === undefined ? null : createSeriesMarkers(candles, []) })
    return () => {
      setDrawn(null)
      chart.remove()
    }
  }, [scheme, kinds, height, digits, withTime])
  useEffect(() => {
    for (const [index, part] of drawn?.parts.entries() ?? []) {
      const one = series[index]
      if (one !== undefined) part.setData(one.points.map(({ at, ...values }) => ({ time: second(at), ...values })) as never)
      if (one?.kind === 'candles') drawn?.marks?.setMarkers(one.marks.map((mark) => marker(mark, COLORS[scheme])))
    }
  }, [drawn, series, scheme])
  useEffect(() => { drawn?.chart.timeScale().fitContent() }, [drawn, range])
  return <div ref={place} className={classes['place']} style={{ height }} aria-hidden="true" />
}

const second = (at: number): UTCTimestamp => Math.floor(at / 1000) as UTCTimestamp

const marker = ({ at, side, text }: Mark, { up, down }: Colors): SeriesMarker<Time> => ({
  time: second(at), text, ...side === 'buy' ? { position: 'belowBar', shape: 'arrowUp', color: up } : { position: 'aboveBar', shape: 'arrowDown', color: down },
})

function addSeries(chart: IChartApi, kind: string, { strong, soft, up, down }: Colors, digits: number): Drawn {
  const priceFormat = { type: 'price' as const, precision: digits, minMove: 10 ** -digits }
  switch (kind) {
    case 'area': return chart.addSeries(AreaSeries, { lineColor: strong, topColor: `${strong}55`, bottomColor: `${strong}05`, lineWidth: 2, priceFormat, priceLineVisible: false })
    case 'candles': return chart.addSeries(CandlestickSeries, { upColor: up, downColor: down, wickUpColor: up, wickDownColor: down, borderVisible: false, priceFormat })
    default: {
      const color = kind === 'bars soft' ? soft : kind === 'bars down' ? down : strong
      return chart.addSeries(HistogramSeries, { color, priceFormat: { type: 'price', precision: 0, minMove: 1 }, priceLineVisible: false, lastValueVisible: false })
    }
  }
}

function newChart(place: HTMLElement, { text, line }: Colors, { height, digits, withTime }: { height: number; digits: number; withTime: boolean }): IChartApi {
  const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
  const hour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const month = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric' })
  // Times are the reader's: the library itself knows only UTC.
  const asDate = (time: Time): Date => new Date(Number(time) * 1000)
  return createChart(place, {
    height, autoSize: true,
    // Its logo would bring a style element without our nonce; the notice stands as text below the chart.
    layout: { background: { color: 'transparent' }, textColor: text, fontSize: 11, attributionLogo: false, fontFamily: 'inherit' },
    grid: { vertLines: { visible: false }, horzLines: { color: line } },
    rightPriceScale: { borderVisible: false }, timeScale: { borderVisible: false, maxBarSpacing: 26, rightOffset: 1, timeVisible: withTime, secondsVisible: false, tickMarkFormatter: (time: Time, kind: TickMarkType) => (
      kind === TickMarkType.Year || kind === TickMarkType.Month ? month : kind === TickMarkType.DayOfMonth ? day : hour).format(asDate(time)) },
    localization: { timeFormatter: (time: Time) => (withTime ? `${day.format(asDate(time))} ${hour.format(asDate(time))}` : day.format(asDate(time))), priceFormatter: (price: number) => figure(price.toFixed(digits)) },
    handleScroll: { vertTouchDrag: false, mouseWheel: false }, handleScale: { mouseWheel: false },
  })
}
