import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { memoryFolder } from '../../test/support/memory-folder.ts'
import { fileFault } from './file-fault.ts'

function faultOf(work: () => unknown, use?: 'read' | 'written'): string | undefined {
  try {
    work()
  } catch (error) {
    return fileFault(error, use)
  }
  return undefined
}

it('says what is wrong with a file, without the words of the operating system', () => {
  const folder = mkdtempSync(join(memoryFolder(), 'latchkey-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'folder'))
  writeFileSync(join(folder, 'file'), '')
  expect(faultOf(() => readFileSync(join(folder, 'missing')))).toBe('does not exist. Check the path')
  expect(faultOf(() => readFileSync(join(folder, 'folder')))).toBe('is a folder. Name a file')
  expect(faultOf(() => readFileSync(join(folder, 'file/x')))).toBe(
    'is below something that is not a folder. Check the path',
  )
  expect(faultOf(() => writeFileSync(join(folder, 'missing/x'), ''), 'written')).toBe(
    'is in a folder that does not exist. Create the folder, or choose another path',
  )
})

it('repeats the words of an unexpected failure', () => {
  expect(fileFault(new Error('the disk is on fire'))).toBe('cannot be read: the disk is on fire')
})
