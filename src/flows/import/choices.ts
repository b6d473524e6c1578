/**
 * The conflicts that can keep an account, or a part of it, from being imported as it is, and the possible choices.
 * Nothing is decided silently: without a choice, the import refuses to begin.
 */
export const conflictKinds = {
  same_name: {
    title: 'usernames that would be the same name here',
    choices: ['rename', 'skip'],
    default: undefined,
  },
  unfit_name: { title: 'usernames that are too long', choices: ['rename', 'skip'], default: undefined },
  bad_email: { title: 'texts that are not email addresses', choices: ['keep', 'clear', 'skip'], default: undefined },
  same_email: { title: 'addresses that several accounts have', choices: ['keep', 'clear', 'skip'], default: 'keep' },
  bad_phone: {
    title: 'phone numbers that nobody can log in with',
    choices: ['keep', 'clear', 'skip'],
    default: 'keep',
  },
  same_phone: {
    title: 'phone numbers that several accounts have',
    choices: ['keep', 'clear', 'skip'],
    default: 'keep',
  },
  taken_id: { title: 'ids that an account here already has', choices: ['link', 'skip'], default: undefined },
  unverifiable_hash: {
    title: 'password hashes that Latchkey cannot verify',
    choices: ['keep', 'drop', 'skip'],
    default: undefined,
  },
  same_group: { title: 'groups whose names would be the same', choices: ['rename', 'merge'], default: undefined },
  unfit_permission: {
    title: 'permissions whose names cannot be used here',
    choices: ['skip', 'keep'],
    default: undefined,
  },
} as const satisfies Record<string, { title: string; choices: readonly string[]; default: string | undefined }>

export type ConflictKind = keyof typeof conflictKinds

/** The choice for each kind of conflict; undefined: none. */
export type Choices = { readonly [Kind in ConflictKind]?: (typeof conflictKinds)[Kind]['choices'][number] }

/** One conflict. */
export type Conflict = {
  kind: ConflictKind
  /** The key of the row in the other system. */
  key: string
  /** A description of the conflict. */
  says: string
  /** Undefined: nothing was chosen, so the import cannot begin. */
  choice: string | undefined
}

/** The effect of the choice for a conflict of this kind. */
export function choiceFor<Kind extends ConflictKind>(choices: Choices, kind: Kind): Choices[Kind] {
  return choices[kind] ?? (conflictKinds[kind].default as Choices[Kind])
}

/** How to import. */
export type ImportOptions = {
  /** The name of the other system, under which imports remember their rows. */
  source: string
  choices: Choices
  /** What happens to passwords that Django has marked as unusable. */
  unusablePasswords: 'keep' | 'allow-reset'
  isDryRun: boolean
  /** Whether it may delete many accounts that no longer exist in the other system. */
  mayDeleteMany: boolean
  /** Called after each batch of accounts. @param phase `check` comes first, then `import` */
  onProgress(phase: 'check' | 'import', done: number, total: number | undefined): void
}
