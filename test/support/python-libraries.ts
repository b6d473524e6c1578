import { spawnSync } from 'node:child_process'

/** The Python that the libraries are looked for in; Debian has them as packages. */
export const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'

/** A library with which other services may verify our tokens, and how it is proven that they can. */
export type PythonLibrary = {
  /** What `verify_with_python.py` calls it. */
  name: 'pyjwt' | 'simplejwt'
  title: string
  algorithms: readonly string[]
  modules: readonly string[]
}

/** Debian's packages: python3-jwt and python3-cryptography, python3-djangorestframework-simplejwt. */
export const pythonLibraries: readonly PythonLibrary[] = [
  { name: 'pyjwt', title: 'PyJWT', algorithms: ['ES256', 'EdDSA', 'RS256'], modules: ['jwt', 'cryptography'] },
  {
    name: 'simplejwt',
    title: 'SimpleJWT with JWK_URL',
    algorithms: ['ES256', 'RS256'],
    modules: ['rest_framework_simplejwt', 'cryptography'],
  },
]

const look = 'import sys; from importlib.util import find_spec; print(*[m for m in sys.argv[1:] if find_spec(m)])'

/** Those that this machine has. Node and npm are all that the tests may ask of it. */
export function findPythonLibraries(): PythonLibrary[] {
  const modules = pythonLibraries.flatMap((library) => library.modules)
  const { stdout } = spawnSync(PYTHON, ['-c', look, ...modules], { encoding: 'utf8', timeout: 20_000 })
  const found = new Set((stdout ?? '').trim().split(' '))
  return pythonLibraries.filter((library) => library.modules.every((module) => found.has(module)))
}
