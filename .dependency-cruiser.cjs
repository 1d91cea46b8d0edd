/** Who may import whom. The arrows of the house, from the door down to the machinery. */
const FEATURE = '^src/(?!core/|http/|crud/|auth/|events/|migrations/)[^/]+/';

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'src-knows-no-shell',
      comment: 'Only main.ts starts the panel, the jobs and the demo data.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main\\.ts$' },
      to: { path: '^(admin|jobs|seeds|scripts|test|bench)/' },
    },
    {
      name: 'admin-and-jobs-apart',
      severity: 'error',
      from: { path: '^(admin|jobs)/' },
      to: { path: '^(admin|jobs|seeds|scripts|test|bench)/', pathNot: '^$1/' },
    },
    {
      name: 'core-imports-packages-only',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    {
      name: 'auth-stands-on-core',
      comment: 'Its routes and services are a feature like the others; what they stand on is not.',
      severity: 'error',
      from: { path: '^src/auth/', pathNot: '\\.(routes|service)\\.ts$|account\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(auth|core)/' },
    },
    {
      name: 'http-below-features',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/', pathNot: '^src/(http|auth|core|events)/' },
    },
    {
      name: 'crud-below-features',
      severity: 'error',
      from: { path: '^src/crud/' },
      to: { path: '^src/', pathNot: '^src/(crud|http|auth|core|events)/' },
    },
    {
      name: 'features-meet-through-services',
      comment: 'A feature may use the service of another and the resource that a relation names, never its routes.',
      severity: 'error',
      from: { path: `${FEATURE}|^src/auth/` },
      to: { path: '^src/(?!auth/)[^/]+/.*\\.routes\\.ts$' },
    },
    {
      name: 'entities-hold-no-queries',
      severity: 'error',
      from: { path: '\\.entity\\.ts$' },
      to: { path: '^src/', pathNot: '\\.entity\\.ts$|-entity\\.ts$' },
    },
    {
      name: 'services-know-no-routes',
      severity: 'error',
      from: { path: '\\.(service|resource|entity)\\.ts$' },
      to: { path: '\\.routes\\.ts$' },
    },
    {
      name: 'express-at-the-door',
      comment:
        'Express types stay in http/, app.ts and where routers are handed on; sockets and metrics have their own door.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(http/|app\\.ts|server\\.ts|health/metrics\\.ts)' },
      to: { path: 'node_modules/(@types/)?express/' },
    },
  ],
  options: {
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // The browser's components import packages only, and the parser cannot read their syntax.
    exclude: '\\.tsx$',
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
