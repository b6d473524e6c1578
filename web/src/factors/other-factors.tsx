import { Anchor } from '@mantine/core'
import { useTexts } from '../texts/texts.tsx'
import { factorTexts } from './factor-texts.ts'
import type { FactorType } from './held-factors.ts'

type Props<Factor> = { usable: readonly Factor[]; current: Factor | undefined; choose(factor: Factor): void }

/** The factors that could be used instead of the current one. */
export function OtherFactors<Factor extends FactorType>({ usable, current, choose }: Props<Factor>) {
  const { kinds, signIn } = useTexts(factorTexts)
  return usable
    .filter((other) => other !== current)
    .map((other) => (
      <Anchor key={other} component="button" type="button" size="sm" ta="start" onClick={() => choose(other)}>
        {signIn.others} {kinds[other as FactorType]}
      </Anchor>
    ))
}
