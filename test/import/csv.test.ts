import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashSync } from '@node-rs/bcrypt'
import { expect, it } from 'vitest'
import { aReadyCommandLine, jsonOf } from '../support/command-line.ts'
import { anImportingServer, IMPORTED_PASSWORD, importTwice, shownAccount } from '../support/importing-server.ts'

const bcrypt = hashSync(IMPORTED_PASSWORD, 4)

it('makes imported accounts searchable at once', async () => {
  const { line, file } = await anImportingServer()
  await jsonOf(line, 'import', 'csv', '--from', file('users.csv', 'uid,username,first_name\n7,anna,Yolanda\n'))
  expect(await jsonOf(line, 'users', 'find', 'yolanda')).toMatchObject([{ username: 'anna' }])
})

it('imports a CSV file with other column names, and imports what has changed in it since', async () => {
  const { line, file, logIn } = await anImportingServer()
  const header = 'id,login,mail,email_verified,password,groups,profile.team,shoe size,created_at,locale\n'
  const rows = [
    `7,anna,anna@example.org,true,${bcrypt},editors;staff,"red, blue",38,2024-05-01T10:00:00Z,de-AT`,
    `8,"ben ""b""",ben@example.org,f,${bcrypt},,,,1714557600,fr`,
    '9,carl,,,!,,,,,',
  ]
  const path = file('users.csv', `\uFEFF${header}${rows.join('\r\n')}\r\n`)
  const columns = ['uid=id', 'username=login', 'email=mail', 'password_hash=password'].flatMap((one) => [
    '--column',
    one,
  ])
  const done = await importTwice(line, 'csv', '--from', path, ...columns)
  expect(done).toMatchObject({
    accounts: { created: 3 },
    hashes: { bcrypt: { count: 2, verifiable: true }, unusable: { count: 1 } },
    groups: 2,
    notes: [{ says: expect.stringContaining('shoe size') }],
  })
  expect(await shownAccount(line, 'anna')).toMatchObject({
    id: 7,
    email: 'anna@example.org',
    groups: ['editors', 'staff'],
    date_joined: '2024-05-01T10:00:00.000Z',
    locale: 'de',
  })
  expect(await shownAccount(line, 'ben "b"')).toMatchObject({ locale: null })
  expect([await logIn('anna'), await logIn('ben "b"'), await logIn('carl')]).toEqual([200, 200, 401])
  file(
    'users.csv',
    header + rows.slice(0, 2).join('\n').replace(',true,', ',false,').replace('editors;', '').replace('de-AT', 'en'),
  )
  const changed = await jsonOf(line, 'import', 'csv', '--from', path, ...columns)
  expect(changed.accounts).toMatchObject({ updated: 1, unchanged: 1, deleted: 1 })
  expect(await shownAccount(line, 'anna')).toMatchObject({ groups: ['staff'], locale: 'en' })
})

it.each([
  ['a column that is missing', 'name\nanna\n', /no column is called uid.*--column/],
  ['a row with too many values', 'uid,username\n1,anna\n2,ben,x\n', /not valid CSV.*line 3/i],
  ['an open quote', 'uid,username\n1,"anna\n', /not valid CSV/],
  ['a boolean', 'uid,is_active\n1,maybe\n', /line 2, is_active: "maybe" is not a boolean/],
  ['a time', 'uid,created_at\n1,yesterday\n', /line 2, created_at: "yesterday" is not a time/],
  ['no id', 'uid,username\n1,anna\n,ben\n', /line 3: the column uid is empty/],
  ['two columns of one name', 'uid,uid\n1,2\n', /two columns with the name "uid"/],
  ['nothing', '', /is empty/],
])('says what is wrong with a CSV file that has %s, and imports nothing', async (_, text, message) => {
  const line = await aReadyCommandLine()
  const path = join(line.workingDirectory, 'users.csv')
  writeFileSync(path, text)
  expect(await line.run('import', 'csv', '--from', path)).toMatchObject({
    code: 1,
    err: expect.stringMatching(message),
  })
  expect(await jsonOf(line, 'users', 'list')).toEqual([])
})
