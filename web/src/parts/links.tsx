import { Anchor, Button, NavLink, type AnchorProps, type ButtonProps, type NavLinkProps } from '@mantine/core'
import { createLink, useNavigate } from '@tanstack/react-router'
import type { ComponentProps, MouseEvent, ReactNode } from 'react'

type Bare<P> = Omit<P, 'href'> & Omit<ComponentProps<'a'>, keyof P | 'color' | 'style'>

/** A link to a page of ours. */
export const To = createLink((props: Bare<AnchorProps>) => <Anchor {...props} />)
/** A button that leads to a page of ours. */
export const ToButton = createLink((props: Bare<ButtonProps>) => <Button component="a" {...props} />)
/** An entry of the navigation. */
export const ToNav = createLink((props: Bare<NavLinkProps>) => <NavLink component="a" {...props} />)

/** A whole row of a long list as a link: without what the router's own links watch, which hundreds of rows cannot afford. */
export function RowLink({ to, id, className, children }: { readonly to: '/signals/$id' | '/orders/$id'; readonly id: string; readonly className: string | undefined; readonly children: ReactNode }) {
  const navigate = useNavigate()
  const go = (event: MouseEvent): void => {
    // Another window, a copy of the address: the browser's own business.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return
    event.preventDefault()
    void navigate({ to, params: { id } })
  }
  return <a href={to.replace('$id', id)} onClick={go} className={className}>{children}</a>
}
