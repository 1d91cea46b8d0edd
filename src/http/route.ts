import type { ZodType, z } from 'zod';
import type { RequiredPermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import type { LimitName } from './limits.ts';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** What a handler is given: the parsed parts of the request and the few headers that carry meaning. */
export interface RouteInput<P = unknown, Q = unknown, B = unknown> {
  params: P;
  query: Q;
  body: B;
  /** The `If-Match` header as sent. */
  ifMatch: string | undefined;
  /** Whether a proxy says that it passed the request on: then the address that it came from is the proxy's. */
  isForwarded: boolean;
  /** The request's absolute address, for links to other pages. */
  url: string;
}

interface RouteFacts {
  method: Method;
  /** Relative to /api/v1, with a trailing slash: `/contacts/:id/`. */
  path: string;
  permission: RequiredPermission;
  /** One sentence for the OpenAPI document. */
  summary: string;
  /** Group in the OpenAPI document. */
  tag: string;
  response: ZodType;
  /** Of the answer; application/json unless told. */
  contentType?: string;
  /** 200 unless told. */
  status?: number;
  /** A transaction around the handler; on for all but GET unless told. */
  transaction?: boolean;
  /** A limit beside the general one. */
  limit?: LimitName;
  /** Outside all limits: for probes, which come often and from one address. */
  isUnlimited?: boolean;
  /** Whether an act on one row heeds `If-Match`; PATCH, PUT and DELETE of one do anyway. */
  isConditional?: boolean;
  /** Largest body, as `bytes` spells it; 1mb unless told. */
  bodyLimit?: string;
}

export interface RouteDefinition<P extends ZodType, Q extends ZodType, B extends ZodType> extends RouteFacts {
  params?: P;
  query?: Q;
  /** Parses the query in place of the `query` schema, which then only documents it. */
  parseQuery?: (query: Record<string, string>) => z.output<Q>;
  body?: B;
  handler: (ctx: Ctx, input: RouteInput<z.output<P>, z.output<Q>, z.output<B>>) => Promise<unknown>;
  /** Asked when `limit` refuses: throws its own 429 where it knows of a longer wait. */
  whenLimited?: (ctx: Ctx, input: RouteInput<z.output<P>, z.output<Q>, z.output<B>>) => Promise<void>;
}

/** A route whose input types are checked already and no longer of interest. */
export interface Route extends RouteFacts {
  params?: ZodType;
  query?: ZodType;
  parseQuery?: (query: Record<string, string>) => unknown;
  body?: ZodType;
  handler: (ctx: Ctx, input: RouteInput) => Promise<unknown>;
  whenLimited?: (ctx: Ctx, input: RouteInput) => Promise<void>;
}

/**
 * Declares one call of the API: permission, input, answer and handler together. OpenAPI, limits, validation and the
 * transaction are read from it.
 */
export function route<P extends ZodType, Q extends ZodType, B extends ZodType>(
  definition: RouteDefinition<P, Q, B>,
): Route {
  return definition as unknown as Route;
}

/** An answer that is more than a body with the route's own status. */
export class Reply {
  readonly body: unknown;
  readonly headers: Record<string, string>;
  readonly status: number | undefined;

  constructor(body: unknown, headers: Record<string, string> = {}, status?: number) {
    this.body = body;
    this.headers = headers;
    this.status = status;
  }
}

/** A single row with its version as a strong ETag. */
export function replyWithVersion(row: { version?: unknown }): Reply {
  return new Reply(row, row.version === undefined ? {} : { ETag: `"${row.version}"` });
}
