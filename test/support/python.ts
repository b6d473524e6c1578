/** The Python that has Debian's packages, which another one in the path does not see. */
export const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'
