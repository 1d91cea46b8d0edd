import { z } from 'zod';
import { fieldError } from '../core/errors.ts';
import { email, line } from '../http/fields.ts';
import { type Route, replyWithVersion, route } from '../http/route.ts';
import { updateProfile } from '../users/profile.service.ts';
import { userResource } from '../users/user.resource.ts';
import { accountView, findAccount } from './account.ts';
import {
  type AuthDeps,
  changePassword,
  refreshTokens,
  refuseLockedSignIn,
  registerUser,
  signIn,
  signOut,
} from './auth.service.ts';
import { passwordSchema } from './passwords.ts';

const tokens = z.strictObject({ access: z.string(), refresh: z.string() });
const signedIn = z.strictObject({
  user: accountView,
  permissions: z.array(z.string()),
  tokens,
  access: z.string().describe('As in tokens'),
  refresh: z.string().describe('As in tokens'),
});
const success = z.strictObject({ status: z.literal('success') });
const tag = 'auth';
const name = line(100).optional();
const login = z.string().min(1).max(254);

/** The calls with which people sign in, stay in and leave. */
export function authRoutes(deps: AuthDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/auth/register/',
      tag,
      permission: 'public',
      limit: 'login',
      transaction: false,
      summary: 'Make an account and sign in, where registration is open.',
      body: z.strictObject({
        email,
        password: passwordSchema,
        first_name: name,
        last_name: name,
        invitation: z.string().max(200).optional(),
      }),
      status: 201,
      response: signedIn,
      handler: (ctx, { body: { invitation: _, ...input } }) => registerUser(ctx, deps, input),
    }),
    route({
      method: 'post',
      path: '/auth/login/',
      tag,
      permission: 'public',
      limit: 'login',
      transaction: false,
      summary: 'Sign in with e-mail (or username) and password.',
      body: z.strictObject({
        email: login.optional(),
        username: login.optional(),
        password: z.string().min(1).max(128),
      }),
      response: signedIn,
      handler: (ctx, { body }) => {
        const given = body.email ?? body.username;
        if (given === undefined) throw fieldError('email', 'required', 'This field is required.');
        return signIn(ctx, deps, { login: given, password: body.password });
      },
      whenLimited: (ctx, { body }) => refuseLockedSignIn(ctx, deps, body.email ?? body.username ?? ''),
    }),
    route({
      method: 'post',
      path: '/auth/token/refresh/',
      tag,
      permission: 'public',
      transaction: false,
      summary: 'Exchange a refresh token for new tokens; the old one answers alike for 60 s.',
      body: z.strictObject({ refresh: z.string().min(1).max(500) }),
      response: tokens,
      handler: (ctx, { body }) => refreshTokens(ctx, deps, body.refresh),
    }),
    route({
      method: 'post',
      path: '/auth/logout/',
      tag,
      permission: 'signed-in',
      summary: 'End this session at every door.',
      body: z.strictObject({ refresh: z.string().max(500).optional() }),
      response: success,
      handler: async (ctx) => {
        await signOut(ctx);
        return { status: 'success' };
      },
    }),
    route({
      method: 'get',
      path: '/auth/me/',
      tag,
      permission: 'signed-in',
      summary: 'The caller’s own account.',
      response: accountView,
      handler: async (ctx) => replyWithVersion(await findAccount(ctx, ctx.principal.user_id ?? '')),
    }),
    route({
      method: 'patch',
      path: '/auth/me/',
      tag,
      permission: 'signed-in',
      summary: 'Change the caller’s own account.',
      body: userResource.updateSchema,
      response: accountView,
      handler: async (ctx, { body, ifMatch }) => replyWithVersion(await updateProfile(ctx, body, { ifMatch })),
    }),
    route({
      method: 'post',
      path: '/auth/change-password/',
      tag,
      permission: 'signed-in',
      transaction: false,
      summary: 'Replace the caller’s password; every other session ends.',
      body: z.strictObject({ current_password: z.string().min(1).max(128), new_password: passwordSchema }),
      response: success,
      handler: async (ctx, { body }) => {
        await changePassword(ctx, deps, body);
        return { status: 'success' };
      },
    }),
  ];
}
