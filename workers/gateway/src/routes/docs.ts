import { ProblemError } from '@kiosk/kit/problem'
import type { GatewayContext } from '../deps.ts'

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Kiosk API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="icon" href="/docs/favicon-32x32.png" />
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

// A file of its own, because the page's policy allows no script inside it.
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  validatorUrl: null,
})
`

/** The files of Swagger UI that the page needs. Its package has more, which nobody gets. */
const ASSETS = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'])

/** The interactive reference of the API. */
export function docs(c: GatewayContext): Response {
  return c.html(PAGE)
}

/** What the reference consists of, all from here: it works without the internet. */
export function docsAsset(c: GatewayContext): Response | Promise<Response> {
  const name = c.req.path.slice('/docs/'.length)
  if (name === 'start.js') return c.body(START, 200, { 'content-type': 'text/javascript' })
  if (!ASSETS.has(name)) throw new ProblemError('not_found')
  return c.env.ASSETS.fetch(new Request(new URL(`/${name}`, c.req.url), c.req.raw))
}
