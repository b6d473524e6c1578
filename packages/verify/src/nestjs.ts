import {
  type CanActivate,
  type CustomDecorator,
  createParamDecorator,
  type ExecutionContext,
  HttpException,
  SetMetadata,
} from '@nestjs/common'
import type { RequestLike } from './request.ts'
import { checkVerifyOptions, joinRequirements, type Requirements } from './requirements.ts'
import type { VerifiedToken } from './verified-token.ts'
import type { Verifier } from './verifier.ts'
import { VerifyError } from './verify-error.ts'

const REQUIRES = 'latchkey:requires'
const PUBLIC = 'latchkey:public'

/**
 * Decorator: the rights that a controller or a handler requires. If both have it, both sets are required.
 *
 * @throws TypeError if the requirements are invalid
 */
export function Requires(requires: Requirements): CustomDecorator {
  checkVerifyOptions({ requires })
  return SetMetadata(REQUIRES, requires)
}

/** Decorator: lets everybody in without a token, if the guard is global. `Requires` on the same handler wins. */
export function Public(): CustomDecorator {
  return SetMetadata(PUBLIC, true)
}

/** Parameter decorator: who sent the request, a `VerifiedToken`. Undefined in a handler that is `Public`. */
export const Auth: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext): VerifiedToken | undefined =>
    context.switchToHttp().getRequest<AuthenticatedRequest>().auth,
)

type AuthenticatedRequest = RequestLike & { auth?: VerifiedToken }

/** A reply of either platform. Express and Fastify both have `header`. */
type Reply = { header(name: string, value: string): unknown }

/**
 * A guard for NestJS on Express or Fastify. It lets requests with a valid access token pass. Use it for the whole
 * application with `app.useGlobalGuards(new LatchkeyGuard(verifier))`, or with `@UseGuards(new
 * LatchkeyGuard(verifier))`.
 *
 * Override `getRequest` to use the guard for something other than HTTP. By default it refuses that.
 */
export class LatchkeyGuard implements CanActivate {
  readonly #verifier: Verifier

  constructor(verifier: Verifier) {
    this.#verifier = verifier
  }

  /** @throws HttpException with 401, 403 or 503 */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const requires = joinRequirements(metadata<Requirements>(REQUIRES, context))
    if (requires === undefined && metadata<true>(PUBLIC, context).length > 0) return true
    const request = this.getRequest(context)
    try {
      request.auth = await this.#verifier.verify(request, requires === undefined ? {} : { requires })
      return true
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error
      setHeaders(context, error)
      throw new HttpException(error.problem(), error.status, { cause: error })
    }
  }

  /** @throws Error if this is not HTTP */
  protected getRequest(context: ExecutionContext): AuthenticatedRequest {
    if (context.getType() !== 'http') throw new Error('LatchkeyGuard checks HTTP only: override getRequest')
    return context.switchToHttp().getRequest<AuthenticatedRequest>()
  }
}

/**
 * What decorators say about the controller and the handler. NestJS loads `reflect-metadata`, which has this function.
 */
function metadata<Value>(key: string, context: ExecutionContext): Value[] {
  const { getMetadata } = Reflect as unknown as { getMetadata(key: string, target: object): Value | undefined }
  const found = [context.getClass(), context.getHandler()].map((target) => getMetadata(key, target))
  return found.filter((value) => value !== undefined)
}

function setHeaders(context: ExecutionContext, error: VerifyError): void {
  if (context.getType() !== 'http') return
  const reply = context.switchToHttp().getResponse<Reply>()
  for (const [name, value] of Object.entries(error.headers())) reply.header(name, value)
}
