/** The Python with Debian's packages; another Python in the path does not see them. */
export const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'
