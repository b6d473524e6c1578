import type { FastifyInstance } from 'fastify'
import { basePathOf } from '../base-path.ts'

const LOGIN_PATH = '/admin/login/?next=/admin/'

const loginPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Latchkey administration</title>
<h1>Latchkey administration</h1>
<p>There are no administration pages yet. Until there are, accounts are managed on the command line of the server,
for instance:</p>
<pre>npm run -s latchkey -- users list
npm run -s latchkey -- users deactivate NAME
npm run -s latchkey -- createsuperuser</pre>
<p>The API is described at <a href="/openapi.json">/openapi.json</a>.</p>
`

/** The place of Django's admin site: a stranger is sent to its login page. */
export async function adminSite(server: FastifyInstance, { publicUrl }: { publicUrl: string }): Promise<void> {
  const schema = { hide: true }
  for (const url of ['/admin', '/admin/']) {
    server.all(url, { schema }, (_request, reply) => reply.redirect(`${basePathOf(publicUrl)}${LOGIN_PATH}`, 302))
  }
  for (const url of ['/admin/login', '/admin/login/']) {
    server.route({
      method: ['GET', 'HEAD'],
      url,
      schema,
      handler: (_request, reply) => reply.type('text/html; charset=utf-8').send(loginPage),
    })
  }
}
