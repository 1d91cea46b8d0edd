import { z } from 'zod';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

/** The mark, with the noun as its value, on the shape of a column whose fields an installation defines. */
export const CUSTOM_FIELDS_MARK = 'x-custom-fields';

/** Says what that column holds. `isWhole`: in a body that stands for a whole row. */
export type DescribeCustomFields = (entity: string, io: 'input' | 'output', isWhole: boolean) => Json;

const PROBLEM: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string', description: 'A sentence a person can read.' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'code', 'message'],
        properties: { field: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

/** The OpenAPI 3.1 document of these routes. Source: spec.openapis.org/oas/v3.1. */
export function buildOpenApi(
  routes: readonly Route[],
  version: string,
  describeCustomFields: DescribeCustomFields,
): Json {
  const toSchema = createConverter(describeCustomFields);
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `/api/v1${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method]: describeOperation(route, toSchema) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'MyCRM API', version, description: 'Every path answers with and without its trailing slash.' },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function describeOperation(route: Route, toSchema: Converter): Json {
  const isPublic = route.permission === 'public';
  const status = String(route.status ?? 200);
  const contentType = route.contentType ?? 'application/json';
  const answer =
    route.status === 204 ? {} : { content: { [contentType]: { schema: toSchema(route.response, 'output') } } };
  const body = route.body
    ? { requestBody: { content: { 'application/json': { schema: toSchema(route.body, 'input') } } } }
    : {};
  return {
    operationId: operationId(route),
    summary: route.summary,
    description: isPublic
      ? 'Open to anyone.'
      : route.permission === 'signed-in'
        ? 'For any signed-in user.'
        : `Needs the permission \`${route.permission}\`.`,
    tags: [route.tag],
    security: isPublic ? [] : [{ bearer: [] }],
    parameters: [
      ...describeParameters(route, 'path', toSchema),
      ...describeParameters(route, 'query', toSchema),
      ...describeHeaders(route),
    ],
    ...body,
    responses: {
      [status]: { description: 'Done.', ...answer },
      default: {
        description: 'A problem.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function describeParameters(route: Route, place: 'path' | 'query', toSchema: Converter): Json[] {
  const schema = place === 'path' ? route.params : route.query;
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !field.safeParse(undefined).success,
    description: field.description,
    schema: toSchema(field, 'input'),
  }));
}

function describeHeaders(route: Route): Json[] {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  const headers: Json[] = [];
  if (route.permission !== 'public' && (route.method === 'post' || route.method === 'patch')) {
    headers.push(header('Idempotency-Key', 'At most 255 characters; a repeat within 24 h gets the first answer.'));
  }
  const isVersioned = route.response instanceof z.ZodObject && 'version' in route.response.shape;
  const isWrite =
    (isVersioned && ['patch', 'put'].includes(route.method)) ||
    (route.method === 'delete' && route.path.endsWith('/:id/'));
  if (isWrite || route.isConditional) {
    headers.push(header('If-Match', 'The ETag of the version that was read.'));
  }
  if (route.refusesDuplicates) {
    headers.push(header('X-Allow-Duplicate', 'true: a row is meant although it looks like one that is there.'));
  }
  return headers;
}

function operationId(route: Route): string {
  const words = route.path
    .split('/')
    .filter(Boolean)
    .map((part) => part.replace(/[^a-z0-9]+/gi, '_').replace(/^_/, 'by_'));
  return [route.method, ...words].join('_');
}

type Converter = (schema: z.ZodType, io: 'input' | 'output') => unknown;

function createConverter(describeCustomFields: DescribeCustomFields): Converter {
  return (schema, io) => {
    const { $schema: _, ...json } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      target: 'draft-2020-12',
    }) as Json;
    const fill = (node: unknown): unknown => {
      if (typeof node !== 'object' || node === null) return node;
      if (Array.isArray(node)) return node.map(fill);
      const { [CUSTOM_FIELDS_MARK]: entity, default: initial } = node as Json;
      // In a body that stands for a whole row the column may be left out, in one that changes a row it has no default.
      if (typeof entity === 'string') return describeCustomFields(entity, io, initial !== undefined);
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fill(value)]));
    };
    return fill(json);
  };
}
