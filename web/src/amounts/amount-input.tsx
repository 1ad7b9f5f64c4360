import { Button, Group, Stack, Text, TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { amounts as t } from '../texts/amounts.ts'
import { inWords } from './in-words.ts'
import { readAmount, sure, typed, type Amount, type Rule, type Typed } from './read-amount.ts'

/** Somebody who still types is not asked. */
const TYPING_MS = 350

type Given = Omit<TextInputProps, 'value' | 'onChange' | 'label' | 'type' | 'ref'>
interface AmountProps extends Given {
  readonly label: string
  readonly value: Typed
  readonly onChange: (value: Typed) => void
  readonly rule?: Rule
}

/**
 * The field of every amount. What can mean two amounts is asked about, and its form cannot be sent until that
 * is answered; what is written in another way than the API's is shown as it is read.
 */
export function AmountInput({ label, value, onChange, rule = {}, error, ...given }: AmountProps) {
  const input = useRef<HTMLInputElement>(null)
  const amount = readAmount(value, rule)
  const trouble =
    amount.kind === 'question' ? t.notSure : amount.kind === 'mistake' ? `${label}: ${amount.message}` : ''
  // The browser itself then keeps the form from being sent, by whatever key or button, and goes to the field.
  useEffect(() => {
    input.current?.setCustomValidity(trouble)
  }, [trouble])
  const [settled] = useDebouncedValue(value.text, TYPING_MS)
  const shown: Amount = settled === value.text || value.sure ? amount : { kind: 'empty' }
  const [before, setBefore] = useState<string | null>(null)
  const leave = (): void => {
    if (amount.kind !== 'number' || !amount.rewritten) return
    setBefore(value.text.trim())
    onChange(sure(amount.text))
  }
  const answer = (reading: string): void => {
    onChange(sure(reading))
    input.current?.focus()
  }
  const written = before ?? value.text.trim()
  const read =
    shown.kind === 'number' && (shown.rewritten || before !== null) && written !== shown.text
      ? shown.text
      : null
  return (
    <Stack gap={6}>
      <TextInput
        {...given}
        ref={input}
        label={label}
        value={value.text}
        inputMode={rule.whole === true ? 'numeric' : 'decimal'}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setBefore(null)
          onChange(typed(event.currentTarget.value))
        }}
        onBlur={leave}
        error={wrongWith(shown) ?? error}
      />
      {shown.kind === 'question' && <Readings readings={shown.readings} answer={answer} />}
      {read !== null && (
        <Text fz="xs" c="dimmed" role="status">
          {t.readAs(written, read)}
        </Text>
      )}
    </Stack>
  )
}

function wrongWith(amount: Amount): string | null {
  if (amount.kind === 'mistake') return amount.message
  return amount.kind !== 'question' ? null : amount.readings.length > 1 ? t.which : t.whether
}

/** Each reading as a button, in figures and in words. */
const Readings = ({ readings, answer }: {
  readonly readings: readonly string[]
  readonly answer: (reading: string) => void
}) => (
  <Group gap="xs" role="group" aria-label={t.readings}>
    {readings.map((reading) => (
      <Button key={reading} size="xs" variant="default" onClick={() => { answer(reading) }}>
        {reading}<Words reading={reading} />
      </Button>
    ))}
  </Group>
)

function Words({ reading }: { readonly reading: string }) {
  const words = inWords(reading)
  return words === null ? null : (
    <Text span inherit fw={400} c="dimmed">
      &nbsp;({words})
    </Text>
  )
}
