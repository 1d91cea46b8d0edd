import { type Account, findAccount } from '../auth/account.ts';
import { revoke } from '../auth/principal-cache.ts';
import { type Ctx, SYSTEM } from '../core/ctx.ts';
import { updateRow } from '../crud/write-rows.ts';
import { userResource } from './user.resource.ts';

/** Changes the caller's own account, which needs no permission over other users. */
export async function updateProfile(ctx: Ctx, input: Record<string, unknown>): Promise<Account> {
  const { user_id, name } = ctx.principal;
  const own: Ctx = { ...ctx, principal: { ...SYSTEM, user_id, name } };
  await updateRow(own, userResource, user_id ?? '', input);
  await revoke(ctx, `user:${user_id}`);
  return findAccount(ctx, user_id ?? '');
}
