import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { Logger } from '../../platform/log.ts'
import { problemOf } from '../refusals/problem.ts'
import { logFailure, refusalOf } from '../refusals/refusal.ts'
import { orNull } from './wire.ts'

/** The members that say how a stream of lines ended. They are null in every line but the last. */
export const lineEnd = {
  end: orNull(Type.Enum(['finished', 'stopped'], { description: 'Null: the next line follows' })),
  problem: orNull(
    Type.Object(
      { status: Type.Integer(), code: Type.String(), title: Type.String() },
      { description: 'Why it stopped' },
    ),
  ),
}

type Ending = { end: 'finished' | 'stopped' | null; problem: { status: number; code: string; title: string } | null }

type LinesParts<Progress, Line extends object> = {
  run: AsyncIterable<Progress>
  /** The line of a report. */
  present(progress: Progress): Line
  /** The content of the last line if there was no report at all. */
  none: Line
  /** The members that the last line changes in the last report, when the run has stopped or finished. */
  atEnd(isFinished: boolean): Partial<Line>
  reply: FastifyReply
  requestId: string
  log: Logger
}

/** Answers with a line of JSON for each report of a run. The last line says how the run ended. */
export function sendLines<Progress, Line extends object>(parts: LinesParts<Progress, Line>): Readable {
  // nginx would otherwise hold the lines back until its buffer is full.
  parts.reply.header('x-accel-buffering', 'no')
  return Readable.from(linesOf(parts))
}

async function* linesOf<Progress, Line extends object>(parts: LinesParts<Progress, Line>): AsyncGenerator<string> {
  const { run, present, none, atEnd, log, requestId } = parts
  const textOf = (line: Line, ending: Ending) => `${JSON.stringify({ ...line, ...ending })}\n`
  let latest = none
  try {
    for await (const progress of run) {
      latest = present(progress)
      yield textOf(latest, { end: null, problem: null })
    }
    yield textOf({ ...latest, ...atEnd(true) }, { end: 'finished', problem: null })
  } catch (error) {
    const refusal = refusalOf(error)
    logFailure(log, requestId, refusal)
    const { status, code, title } = problemOf(refusal)
    yield textOf({ ...latest, ...atEnd(false) }, { end: 'stopped', problem: { status, code, title } })
  }
}
