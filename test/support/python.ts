/** The Python that sees Debian's packages; another Python in the path does not. */
export const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'
