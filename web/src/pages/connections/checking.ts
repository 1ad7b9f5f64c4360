import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiError } from '../../api/client.ts'
import { touch } from '../../api/queries.ts'
import type { Connection } from '../../api/schema.ts'
import { told } from '../../parts/told.ts'
import { connections } from '../../texts/connections.ts'
import { BrokenTest } from './broken-test.ts'
import type { Check } from './check-list.tsx'
import { foundBy, testKey } from './testing.ts'

/**
 * Tests a kept key again, each check shown when the executor knows it. `checks`: of the test that runs, or of the last one
 * where it came to no verdict; null: those that the connection keeps.
 */
export function useChecking(id: string) {
  const client = useQueryClient()
  const [checks, setChecks] = useState<readonly Check[] | null>(null)
  const { mutate, isPending, error } = useMutation<Connection, ApiError>({
    mutationFn: () => testKey('POST /connections/{id}/check', { path: { id } }, setChecks),
    onSuccess: async () => {
      told(connections.page.checked)
      await touch(client, ['/connections', '/attention'])
      setChecks(null)
    },
    // Where the line broke they stay as they were told.
    onError: (failed) => { if (!(failed instanceof BrokenTest)) setChecks(foundBy(failed)) },
  })
  return { check: () => { mutate() }, checks, error, busy: isPending }
}
