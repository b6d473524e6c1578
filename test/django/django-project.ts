import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startProgram } from '../recipes/program.ts'
import { freePort } from '../support/free-port.ts'
import { PYTHON } from '../support/python.ts'

const root = join(import.meta.dirname, '../..')

/**
 * A Django project with a server, and a folder in which commands run.
 *
 * @param settings of the project, as environment: `USER_MODEL`, and `WITH_ALLAUTH` for django-allauth
 */
export async function aDjangoProject(settings: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(import.meta.dirname, 'project'), folder, { recursive: true })
  writeFileSync(
    join(folder, 'latchkey'),
    `#!/bin/sh\nexec ${process.execPath} ${join(root, 'dist/cli/main.js')} "$@"\n`,
  )
  writeFileSync(join(folder, 'python3'), `#!/bin/sh\nexec ${PYTHON} "$@"\n`)
  for (const name of ['latchkey', 'python3']) chmodSync(join(folder, name), 0o755)
  const env = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, PYTHONDONTWRITEBYTECODE: '1', ...settings }
  const run = (commands: string, input = ''): string => {
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', commands], {
      cwd: folder,
      env,
      input,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${commands}\nended with ${status}:\n${stdout}${stderr}`)
    return stdout
  }
  const django = (code: string) => {
    writeFileSync(
      join(folder, 'task.py'),
      `from django.contrib.auth.models import *\nfrom people.models import *\n${code}\n`,
    )
    return run('python3 manage.py shell < task.py')
  }
  run('python3 manage.py migrate --run-syncdb')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await startProgram({
    command: PYTHON,
    args: ['manage.py', 'runserver', '--noreload', String(port)],
    cwd: folder,
    env,
    url,
  })
  return { folder, env, run, django, url }
}
