import { useEffect, useState, type ComponentType, type ReactNode } from 'react'

/**
 * A component whose code is loaded when it is first shown; `meanwhile` stands in its place. React's own `lazy` would do,
 * but what follows a `Suspense` fallback is held back until that was on view for 300 ms, and code is here within 30.
 * What goes wrong while loading is thrown where the component stands.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, meanwhile: ReactNode): ComponentType<P> {
  let known: ComponentType<P> | null = null
  return function Later(props: P) {
    const [state, setState] = useState<{ readonly shown: ComponentType<P> | null; readonly failed: Error | null }>({ shown: known, failed: null })
    useEffect(() => {
      if (known !== null) return
      load().then((loaded) => {
        known = loaded
        setState({ shown: loaded, failed: null })
      }, (error: unknown) => { setState({ shown: null, failed: error instanceof Error ? error : new Error('a part of the page could not be loaded') }) })
    }, [])
    if (state.failed !== null) throw state.failed
    const Shown = state.shown ?? known
    return Shown === null ? meanwhile : <Shown {...props} />
  }
}
