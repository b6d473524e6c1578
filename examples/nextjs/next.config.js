import { join } from 'node:path'

export default {
  // The browser reaches Latchkey at /auth of this page, so that its cookies belong to one origin.
  async rewrites() {
    return [{ source: '/auth/:path*', destination: `${process.env.LATCHKEY_URL}/:path*` }]
  },
  // The packages of this repository are linked, so the sources begin two folders up.
  turbopack: { root: join(import.meta.dirname, '../..') },
}
