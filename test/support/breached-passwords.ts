import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A filter of format 1, with one false positive in a million. Built from the corpus beside it, and never rebuilt. */
export const breachedPasswordsFile = join(import.meta.dirname, 'breached-passwords.filter')

/** The corpus of that filter: passwords that no other rule refuses, one per line. */
export const breachedCorpusFile = join(import.meta.dirname, 'breached-passwords.txt')

export const breachedPasswords = readFileSync(breachedCorpusFile, 'utf8').trimEnd().split('\n')
