import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

type LinkAttributes = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'style' | 'color' | 'href'> & {
  ref?: Ref<HTMLAnchorElement>
}

/** A link within a text, to one of our pages. */
export const TextLink = createLink((props: AnchorProps & LinkAttributes) => <Anchor {...props} />)

/** A link to another page of Latchkey that looks like a button. */
export const ButtonLink = createLink((props: ButtonProps & LinkAttributes) => <Button component="a" {...props} />)
