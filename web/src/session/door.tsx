import { Button, Center, Loader } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { onRefusal } from '../api/client.ts'
import { useApi } from '../api/queries.ts'
import { later } from '../parts/later.tsx'
import { session as t } from '../texts/session.ts'
import { keepOnlyOf } from './drafts.ts'
import { Frame } from './frame.tsx'
import { prove } from './prover.tsx'

const Waiting = () => <Center mih="100dvh"><Loader aria-label={t.loading} /></Center>
const App = later(async () => (await import('../shell/app.tsx')).App, <Waiting />)
const Entry = later(async () => (await import('./entry.tsx')).Entry, <Waiting />)

/** Lets in who is signed in; shows the others how to be. The address stays, so that one ends where one wanted to go. */
export function Door() {
  const client = useQueryClient()
  const state = useApi('GET /session')
  useEffect(() => {
    onRefusal({
      prove,
      signedOut: () => { void client.invalidateQueries({ queryKey: ['GET /session'] }) },
    })
  }, [client])
  const signedIn = state.data?.state === 'signed_in'
  // Another person's things must not be shown, not even for a moment.
  const userId = state.data?.user?.id
  useEffect(() => {
    if (!signedIn) client.removeQueries({ predicate: ({ queryKey: [route] }) => route !== 'GET /session' })
    else if (userId !== undefined) keepOnlyOf(userId)
  }, [client, signedIn, userId])

  if (state.data === undefined) {
    if (!state.isError) return <Waiting />
    return (
      <Frame title={t.offline} intro={t.offlineText}>
        <Button onClick={() => { void state.refetch() }} loading={state.isFetching}>{t.tryAgain}</Button>
        <Again every={3000} run={() => { void state.refetch() }} />
      </Frame>
    )
  }
  const invited = location.pathname === '/invitation'
  return signedIn && !invited ? <App key={userId} /> : <Entry state={state.data} />
}

function Again({ every, run }: { readonly every: number; readonly run: () => void }) {
  useEffect(() => {
    const timer = setInterval(run, every)
    return () => { clearInterval(timer) }
  })
  return null
}
