import type { RecordActionResponse } from 'adminjs';
import { z } from 'zod';
import { withTransaction } from '../src/core/ctx.ts';
import { parseInput } from '../src/http/parse.ts';
import { listMembers, removeMember, setMember } from '../src/teams/team.service.ts';
import { allowWith } from './access.ts';
import { ctxOf, isAllowed } from './administrator.ts';
import type { MemberView } from './members-view.ts';
import { explainingErrors } from './panel-errors.ts';
import type { PanelAction } from './presentation.ts';

const change = z.strictObject({
  user_id: z.uuid('Choose a user.'),
  standing: z.enum(['member', 'manager', 'none']),
});

/** Reads and changes who is in a team, for the part of its page that shows them. */
export function createMembersAction(): PanelAction {
  return {
    name: 'members',
    actionType: 'record',
    component: false,
    isVisible: false,
    isAccessible: allowWith('view_team'),
    handler: async (
      request,
      _response,
      { record, currentAdmin },
    ): Promise<RecordActionResponse & { members: MemberView[]; can_change: boolean }> => {
      if (!record) throw new Error('members is an action on a record.');
      const ctx = ctxOf(currentAdmin);
      const teamId = record.id();
      const members = await explainingErrors(async () => {
        if (request.method === 'post') {
          const { user_id, standing } = parseInput(change, request.payload ?? {});
          await withTransaction(ctx, (inner) =>
            standing === 'none'
              ? removeMember(inner, teamId, user_id)
              : setMember(inner, teamId, { user_id, is_manager: standing === 'manager' }).then(() => undefined),
          );
        }
        return listMembers(ctx, teamId);
      });
      return { record: record.toJSON(currentAdmin), members, can_change: isAllowed(currentAdmin, 'manage_team') };
    },
  };
}
