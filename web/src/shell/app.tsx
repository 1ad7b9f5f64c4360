import { RouterProvider } from '@tanstack/react-router'
import { LiveProvider } from './live.tsx'
import { router } from './routes.tsx'

/** Everything behind the door. */
export const App = () => <LiveProvider><RouterProvider router={router} /></LiveProvider>
