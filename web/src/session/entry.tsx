import type { SessionState } from '../api/schema.ts'
import { Invitation } from './invitation.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Setup } from './setup.tsx'
import { SignIn } from './sign-in.tsx'

/** Whatever stands between a person and the app. */
export function Entry({ state }: { readonly state: SessionState }) {
  if (location.pathname === '/invitation' && state.state !== 'second_factor') return <Invitation />
  switch (state.state) {
    case 'setup': return <Setup />
    case 'second_factor': return <SecondFactor state={state} />
    default: return <SignIn state={state} />
  }
}
