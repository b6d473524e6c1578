import type { TSchema } from 'typebox'
import type { Account } from '../../accounts/account.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import type { Caller } from '../../flows/rights/actor.ts'
import type { MountedView, ViewName } from '../../hooks/urls.ts'
import type { AddressLimit } from '../../rate-limits/limits.ts'
import type { ClassicAnswer } from './answer.ts'
import type { ClassicBody } from './body.ts'

/**
 * What a view does with the `Authorization` header (section 8). `checked`: it is optional, but a bad one is refused.
 */
type HeaderUse = 'required' | 'checked' | 'ignored'

export type ViewMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a handler receives. The caller is present on views that require one. */
export type ViewRequest = {
  caller: Caller | undefined
  origin: RequestOrigin
  /** The `<id>` of the path. */
  pathId: string | undefined
  /** The two parts of a mailed link, where the path has places for them. */
  pathLink: { uid: string; token: string } | undefined
  /**
   * Reads the body; throws the contract's response if it is invalid. Called last, because all other checks come first.
   */
  body(): ClassicBody | Promise<ClassicBody>
}

/** What a view does for one method. */
export type ViewHandler = {
  /** For the documentation. */
  summary: string
  body?: TSchema
  answer: { status: number; schema?: TSchema }
  handle(request: ViewRequest): Promise<ClassicAnswer>
}

/** How the path ends if it contains the two parts of a mailed link. */
export const LINK_PLACES = '/:uid/:token/'

/** One resource of the contract, at one or more paths. */
export type View = {
  /** The name of the view in `urls`. */
  id: ViewName
  name: string
  /** With the final slash; `:id` stands for the number of an object, `:uid/:token/` for the parts of a mailed link. */
  paths: readonly string[]
  header: HeaderUse
  /** The methods that anonymous callers may use although all other methods, known or not, require the header. */
  opens?: readonly ViewMethod[]
  /** The dialect that the view belongs to. In djoser's, a bad key is refused; elsewhere it counts as none. */
  dialect?: 'classic' | 'djoser'
  /** Limits on the client's address, besides the one on all requests without a login. */
  limits?: readonly AddressLimit[]
  /** Further such limits, for one method. */
  limitsOf?: Partial<Record<ViewMethod, readonly AddressLimit[]>>
  methods: Partial<Record<ViewMethod, ViewHandler>>
  /** The name of `detail` in refusals. Default: `detail`. */
  detailName?: string
  /** Refuses logged-in callers who may not use a method. HEAD counts as GET. @throws AuthError */
  permit?(account: Account | undefined, method: string): void
  /** The same view with other options, if it has options of its own. */
  withOptions?(options: MountedView): Pick<View, 'methods'>
}

/** A view with everything that is computed once. */
export type ServedView = View & {
  /** The `Allow` header of its responses. */
  allow: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    view?: ServedView
  }
  interface FastifyRequest {
    caller: Caller | undefined
    /** The view that the path belongs to. */
    view: ServedView | undefined
    /** The `Content-Type` as it was sent. */
    sentContentType: string | undefined
  }
}

/** Computes what all responses of a view have in common. */
export function servedView(view: View): ServedView {
  const methods = Object.keys(view.methods)
  // In the order of Django REST framework.
  return { ...view, allow: [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ') }
}

/** Whether a view has a method. HEAD counts as GET. */
export function hasMethod(view: View, method: string): boolean {
  return Object.hasOwn(view.methods, method === 'HEAD' ? 'GET' : method)
}

/** Whether anonymous callers may use this method of a view that requires the header otherwise. */
export function isOpened({ opens = [] }: View, method: string): boolean {
  return opens.includes((method === 'HEAD' ? 'GET' : method) as ViewMethod)
}
