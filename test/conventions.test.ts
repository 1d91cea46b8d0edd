import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { activityResource } from '../src/activities/activity.resource.ts';
import { listRoutes, type RouteDeps } from '../src/api.ts';
import { isPermission, permissionCodes, SYSTEM_ROLES } from '../src/auth/permissions.ts';
import { eventResource } from '../src/calendar/event.resource.ts';
import { commentResource } from '../src/comments/comment.resource.ts';
import { companyResource } from '../src/companies/company.resource.ts';
import { contactGroupResource } from '../src/contact-groups/contact-group.resource.ts';
import { contactResource } from '../src/contacts/contact.resource.ts';
import type { Resource } from '../src/crud/resource.ts';
import { customFieldResource } from '../src/custom-fields/custom-field.resource.ts';
import { dealResource } from '../src/deals/deal.resource.ts';
import { entities } from '../src/entities.ts';
import { eventFacts, eventNames } from '../src/events/catalog.ts';
import { followResource } from '../src/follows/follow.resource.ts';
import { leadAssignmentRuleResource } from '../src/lead-assignment-rules/lead-assignment-rule.resource.ts';
import { leadResource } from '../src/leads/lead.resource.ts';
import { notificationResource } from '../src/notifications/notification.resource.ts';
import { pipelineResource } from '../src/pipelines/pipeline.resource.ts';
import { productResource } from '../src/products/product.resource.ts';
import { HISTORICAL } from '../src/references.ts';
import { reminderResource } from '../src/reminders/reminder.resource.ts';
import { roleResource } from '../src/roles/role.resource.ts';
import { savedSearchResource } from '../src/saved-searches/saved-search.resource.ts';
import { savedViewResource } from '../src/saved-views/saved-view.resource.ts';
import { taskTemplateResource } from '../src/task-templates/task-template.resource.ts';
import { taskResource } from '../src/tasks/task.resource.ts';
import { teamResource } from '../src/teams/team.resource.ts';
import { userResource } from '../src/users/user.resource.ts';
import { openTestApp, type TestApp } from './support/app.ts';

const routes = listRoutes({ auth: {}, health: {}, queue: {} } as RouteDeps);
const resources: Resource[] = [
  contactResource,
  companyResource,
  contactGroupResource,
  leadResource,
  leadAssignmentRuleResource,
  dealResource,
  pipelineResource,
  productResource,
  taskResource,
  taskTemplateResource,
  eventResource,
  reminderResource,
  userResource,
  teamResource,
  roleResource,
  notificationResource,
  customFieldResource,
  savedViewResource,
  activityResource,
  commentResource,
  followResource,
  savedSearchResource,
];
const named = routes.map((route) => ({ ...route, name: `${route.method.toUpperCase()} ${route.path}` }));
const filesOf = (pattern: RegExp) =>
  (readdirSync('src', { recursive: true }) as string[]).filter((file) => pattern.test(file)).sort();

let app: TestApp;
let paths: Record<string, Record<string, { summary: string; responses: Record<string, unknown> }>>;
beforeAll(async () => {
  app = await openTestApp();
  paths = (await supertest(app.url).get('/api/schema/').expect(200)).body.paths;
});
afterAll(() => app.close());

describe('every route', () => {
  test.each(named)('$name says what it does, who may and what it answers', (route) => {
    expect(route.summary).toMatch(/^[A-Z“].*\.$/);
    expect(route.response).toBeDefined();
    expect(['public', 'signed-in'].includes(route.permission) || isPermission(route.permission)).toBe(true);
    expect(route.path).toMatch(/^\/([a-z0-9.-]+|:[a-z_]+)(\/([a-z0-9.-]+|:[a-z_]+))*\/$/);
    expect(route.tag).toMatch(/^[a-z][a-z -]*$/);
    for (const [, parameter = ''] of route.path.matchAll(/:(\w+)/g)) {
      expect(Object.keys((route.params as unknown as { shape: object }).shape)).toContain(parameter);
    }
  });

  test('stands in the OpenAPI document, which has no other', () => {
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const declared = named.map(
      ({ method, path }) => `${method.toUpperCase()} /api/v1${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    expect(documented.sort()).toEqual(declared.sort());
    for (const { method, path, summary } of routes) {
      const operation = paths[`/api/v1${path.replace(/:(\w+)/g, '{$1}')}`]?.[method];
      expect(operation?.summary).toBe(summary);
    }
  });

  test('is declared once', () => {
    const names = named.map(({ name }) => name.replace(/:\w+/g, ':id'));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('that is not public answers 401 to a stranger, whatever else is wrong with the request', async () => {
    for (const { method, path, name } of named.filter((route) => route.permission !== 'public')) {
      const answer = await supertest(app.url)[method](`/api/v1${path.replace(/:\w+/g, 'x')}?nonsense=1`);
      expect([name, answer.status, answer.body.code]).toEqual([name, 401, 'not_authenticated']);
    }
  });

  test('that changes something is not open to a guest, but for their own account', async () => {
    const open = named.filter(({ method, permission }) => method !== 'get' && permission === 'signed-in');
    // Bulk asks for the permission of the operation that it is given; what is said about a record, for that of its kind.
    const own =
      /^\/(auth|notifications|settings\/permissions|comments|follows|saved-searches|saved-views|activities\/log)\/|\/bulk\/$/;
    expect(open.filter(({ path }) => !own.test(path)).map(({ name }) => name)).toEqual([]);
  });
});

describe('every resource', () => {
  test.each(resources)('$noun has a scope, permissions, a table and fields that exist', (resource) => {
    expect(resource.scope).toBeInstanceOf(Function);
    for (const right of Object.values(resource.permissions)) {
      expect(right === 'signed-in' || isPermission(right)).toBe(true);
    }
    expect(entities).toContain(resource.entity);
    for (const field of [...resource.filters, ...resource.sorts, ...resource.unique]) {
      expect([...resource.columns.keys()]).toContain(field);
    }
    for (const { column, target, card = [] } of Object.values(resource.relations)) {
      expect([...resource.columns.keys()]).toContain(column);
      for (const field of card) expect(target().fields).toContain(field);
    }
    for (const field of Object.keys(resource.write)) expect([...resource.columns.keys()]).toContain(field);
    expect(resource.fields.filter((field) => /password|secret|token|hash/.test(field))).toEqual([]);
    expect(resource.viewSchema.shape).toHaveProperty('version');
  });

  test('is looked at here', () => {
    const nouns = filesOf(/\.resource\.ts$/).map((file) =>
      file.replace(/^.*[/\\]|\.resource\.ts$/g, '').replaceAll('-', '_'),
    );
    const defined = nouns.filter((noun) => !['audit_log', 'role_assignment'].includes(noun));
    expect(resources.map(({ noun }) => noun).sort()).toEqual(defined.sort());
  });

  test('orders and compares text as people do, but for keys', async () => {
    const keys = [
      'users.email',
      'users.username',
      'contacts.email',
      'leads.email',
      'companies.domain',
      'roles.name',
      'products.sku',
      'custom_fields.name',
    ];
    // Words of ours have one spelling each, so that any order of them is as good.
    const isWord =
      /\.(action|entity|\w*type|\w*status|priority|stage|currency|forecast_category|recurrence|lead_source|temperature)$/;
    const bytewise = await app.system.database.query<{ place: string }>(
      `SELECT c.relname || '.' || a.attname AS place FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       JOIN pg_collation o ON o.oid = a.attcollation WHERE c.relname = ANY($1) AND o.collname <> 'natural_order'`,
      [resources.map(({ plural }) => plural)],
    );
    const places = new Set(bytewise.map(({ place }) => place));
    const compared = resources.flatMap(({ plural, columns, filters, sorts }) =>
      [...new Set([...filters, ...sorts])].flatMap((name) =>
        columns.get(name) === 'text' ? [`${plural}.${name}`] : [],
      ),
    );
    const ordered = compared.filter((place) => places.has(place) && !isWord.test(place));
    expect(ordered.sort()).toEqual(keys.sort());
  });

  test('clears by itself what the database would clear without version or event', async () => {
    const keys = await app.system.database.query<{ place: string }>(
      `SELECT k.conrelid::regclass || '.' || a.attname AS place FROM pg_constraint k
       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
       WHERE k.contype = 'f' AND k.confdeltype = 'n' AND k.conrelid = ANY ($1::regclass[])`,
      [resources.map(({ plural }) => plural)],
    );
    const declared = resources.flatMap(({ plural, relations }) =>
      Object.values(relations).flatMap(({ column, isCleared }) => (isCleared ? [`${plural}.${column}`] : [])),
    );
    // Where a merged row went is told of rows in the trash alone, which nobody writes over.
    const places = keys.map(({ place }) => place).filter((place) => !HISTORICAL.includes(place));
    expect(places.sort()).toEqual(declared.sort());
  });

  test('that can be written has its five events', () => {
    // Following is nobody's business but the follower's.
    const written = resources.filter((each) => Object.keys(each.write).length > 0 && each !== followResource);
    for (const { noun, write } of written) {
      expect(write).toBeTruthy();
      for (const verb of ['created', 'updated', 'deleted', 'restored', 'purged']) {
        expect(eventNames).toContain(`${noun}.${verb}`);
      }
    }
  });
});

test.each(eventNames)('the event %s says what has happened', (name) => {
  expect(name).toMatch(/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/);
  const verb = name.split('.')[1] ?? '';
  expect(verb).toMatch(/ed(_|$)|(^|_)(left|sent|won|lost|made|begun|paid)$|_(in|out)$|^signed_/);
  expect(eventFacts(name).summary).toMatch(/^[A-Z].*\.$/);
});

describe('every permission', () => {
  test.each(permissionCodes)('%s is granted to some system role', (code) => {
    expect(SYSTEM_ROLES.filter((role) => role.permissions.includes(code)).length).toBeGreaterThan(0);
  });

  test('that a role below has, the role above has too', () => {
    const [above, ...below] = [...SYSTEM_ROLES].sort((a, b) => b.level - a.level);
    below.reduce((upper, role) => {
      expect(role.permissions.filter((code) => !upper.permissions.includes(code))).toEqual([]);
      return role;
    }, above!);
    expect(new Set(above?.permissions)).toEqual(new Set(permissionCodes));
  });
});

test('every entity stands in the list, and every table has one or is named here', async () => {
  const declared = filesOf(/\.entity\.ts$/).filter((file) =>
    /^@Entity\(/m.test(readFileSync(join('src', file), 'utf8')),
  );
  expect(entities.length).toBe(declared.length);
  const rows = await app.system.database.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const known = app.system.database.dataSource.entityMetadatas.map((entity) => entity.tableName);
  const others = ['migrations', 'panel_sessions', 'rate_limits', 'socket_attachments'];
  const unknown = rows.map((row) => row.name).filter((name) => !known.includes(name) && !others.includes(name));
  expect(unknown.filter((name) => !name.startsWith('agenda'))).toEqual([]);
});
