import { Anchor, Button, NavLink, type AnchorProps, type ButtonProps, type NavLinkProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'

type Bare<P> = Omit<P, 'href'> & Omit<ComponentProps<'a'>, keyof P | 'color' | 'style'>

/** A link to a page of ours. */
export const To = createLink((props: Bare<AnchorProps>) => <Anchor {...props} />)
/** A button that leads to a page of ours. */
export const ToButton = createLink((props: Bare<ButtonProps>) => <Button component="a" {...props} />)
/** An entry of the navigation. */
export const ToNav = createLink((props: Bare<NavLinkProps>) => <NavLink component="a" {...props} />)
