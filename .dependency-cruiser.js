// Who may import whom. Type-only imports count: a dependency is a dependency.

const anyWorker = '^workers/[^/]+/'
const testFile = '[.]test[.]ts$'

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to }
}

const layers = [
  forbid(
    'worker-imports-worker',
    'Workers talk over service bindings and queues; what they share is in packages/contracts.',
    { path: '^workers/([^/]+)/' },
    { path: anyWorker, pathNot: '^workers/$1/' },
  ),
  forbid(
    'domain-is-pure',
    'domain/ imports contracts, other domain files, and kit/result or kit/assert. Nothing else.',
    { path: '^workers/[^/]+/src/domain/', pathNot: testFile },
    {
      pathNot: [
        '/src/domain/',
        '^packages/contracts/src/',
        '^packages/kit/src/(result|assert)[.]ts$',
      ],
    },
  ),
  forbid(
    'domain-is-inner',
    'store/ and domain/ do not know who calls them.',
    { path: '^workers/[^/]+/src/(store|domain)/', pathNot: testFile },
    { path: '^workers/[^/]+/src/(routes|events|operations|objects|app[.]ts|index[.]ts|rpc[.]ts)' },
  ),
  forbid(
    'operations-know-no-transport',
    'HTTP, queues, RPC and alarms all end in operations/, which know none of them.',
    { path: '^workers/[^/]+/src/operations/', pathNot: testFile },
    {
      path: [
        '^workers/[^/]+/src/(routes|events|app[.]ts|index[.]ts|rpc[.]ts)',
        'node_modules/(hono|@hono)/',
      ],
    },
  ),
  forbid(
    'only-store-speaks-sql',
    'SQL stays in store/ (D1) and objects/ (Durable Objects); deps.ts connects.',
    { path: anyWorker, pathNot: ['^workers/[^/]+/src/(store/|objects/|deps[.]ts)', testFile] },
    { path: 'node_modules/drizzle-orm/' },
  ),
  forbid(
    'contracts-stand-alone',
    'contracts are what two Workers may know of each other: no kit, no Worker.',
    { path: '^packages/contracts/' },
    { path: ['^packages/kit/', anyWorker] },
  ),
  forbid(
    'client-stands-alone',
    'Who uses the client has nothing else of Kiosk, and no Node.',
    { path: '^packages/client/src/', pathNot: testFile },
    { pathNot: '^packages/client/src/' },
  ),
  forbid(
    'kit-knows-no-worker',
    'kit is plumbing.',
    { path: '^packages/kit/' },
    { path: anyWorker },
  ),
  forbid(
    'product-imports-tests-or-tools',
    'Product code never imports tests/, tools/ or a test file.',
    { path: '^(workers/[^/]+|packages/[^/]+)/src/', pathNot: testFile },
    { path: ['^tests/', '^tools/', testFile, '^packages/[^/]+/test/', '^workers/[^/]+/test/'] },
  ),
]

const hygiene = [
  forbid(
    'no-cycle',
    'A cycle has no first line to read. Types may refer back: env.ts names classes that read env.',
    {},
    { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  ),
  forbid(
    'not-to-unresolvable',
    'The import resolves to nothing. (What workerd has built in, and a package of types alone.)',
    {},
    {
      couldNotResolve: true,
      pathNot: '^(cloudflare:|kubernetes-types/)',
    },
  ),
  forbid(
    'not-to-undeclared',
    'The package is not in this package.json.',
    { path: '/src/', pathNot: testFile },
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], pathNot: '^cloudflare:' },
  ),
]

export default {
  forbidden: [...layers, ...hygiene],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // What runs in other backends is installed with them.
    exclude: { path: ['^dist/', '[.]wrangler/', '^tools/bench/peers/(vendure|medusa)/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
}
