import { type Account, findAccount } from '../auth/account.ts';
import { revoke } from '../auth/principal-cache.ts';
import { type Ctx, SYSTEM } from '../core/ctx.ts';
import { type Input, type UpdateOptions, updateRow } from '../crud/write-rows.ts';
import { userResource } from './user.resource.ts';

/** Changes the caller's own account, which needs no permission over other users. Throws 412. */
export async function updateProfile(ctx: Ctx, input: Input, options: UpdateOptions = {}): Promise<Account> {
  const { user_id, name } = ctx.principal;
  const own: Ctx = { ...ctx, principal: { ...SYSTEM, user_id, name } };
  await updateRow(own, userResource, user_id ?? '', input, options);
  await revoke(ctx, `user:${user_id}`);
  return findAccount(ctx, user_id ?? '');
}
