import { Badge, Box, Button, Label, SelectAsync, Text, ValueGroup } from '@adminjs/design-system';
import { ApiClient, type ShowPropertyProps, useNotice } from 'adminjs';
import { useEffect, useState } from 'react';
import type { MemberView } from '../members-view.ts';

const api = new ApiClient();

interface Choice {
  value: string;
  label: string;
}

/** Who is in a team, and for who may change it the buttons to add, remove and put in charge. */
export default function MembersShow({ record, resource }: ShowPropertyProps) {
  const [members, setMembers] = useState<MemberView[]>([]);
  const [isChangeable, setChangeable] = useState(false);
  const [chosen, setChosen] = useState<Choice | null>(null);
  const addNotice = useNotice();
  const ask = async (change?: { user_id: string; standing: string }) => {
    const target = { resourceId: resource.id, recordId: record.id, actionName: 'members' };
    const response = await api.recordAction(change ? { ...target, data: toForm(change) } : target).catch(() => null);
    const answer = response?.data as { members?: MemberView[]; can_change?: boolean } | undefined;
    if (answer?.members) {
      setMembers(answer.members);
      setChangeable(answer.can_change === true);
    } else addNotice({ type: 'error', message: response?.data.notice?.message ?? 'The members could not be loaded.' });
  };
  useEffect(() => {
    void ask();
  }, [record.id]);
  const add = async () => {
    if (!chosen) return;
    await ask({ user_id: chosen.value, standing: 'member' });
    setChosen(null);
  };
  return (
    <ValueGroup label="Members">
      <Box as="ul" data-testid="members">
        {members.map((member) => (
          <MemberLine
            key={member.user_id}
            member={member}
            onChange={isChangeable ? (standing) => void ask({ user_id: member.user_id, standing }) : undefined}
          />
        ))}
      </Box>
      {members.length === 0 && <Text>None</Text>}
      {isChangeable && (
        <Box flex flexDirection="row" flexWrap="wrap" alignItems="flex-end" mt="lg" style={{ gap: 12 }}>
          <Box style={{ flex: '1 1 220px', maxWidth: 360 }}>
            <Label htmlFor="new-member">Add somebody</Label>
            <SelectAsync
              inputId="new-member"
              value={chosen}
              loadOptions={findUsers}
              defaultOptions
              onChange={(choice: Choice | null) => setChosen(choice)}
            />
          </Box>
          <Button type="button" variant="outlined" onClick={() => void add()} disabled={!chosen}>
            Add to the team
          </Button>
        </Box>
      )}
    </ValueGroup>
  );
}

interface MemberLineProps {
  member: MemberView;
  onChange: ((standing: 'member' | 'manager' | 'none') => void) | undefined;
}

function MemberLine({ member, onChange }: MemberLineProps) {
  const { user_id, user_name, user_email, is_manager } = member;
  return (
    <Box as="li" flex flexDirection="row" flexWrap="wrap" alignItems="center" py="sm" style={{ gap: 8 }}>
      <Text as="span" style={{ overflowWrap: 'anywhere' }}>
        <a href={`/admin/resources/users/records/${user_id}/show`}>{user_name || user_email}</a>
      </Text>
      {is_manager && <Badge size="sm">Manager</Badge>}
      {onChange && (
        <>
          <Button type="button" size="sm" variant="text" onClick={() => onChange(is_manager ? 'member' : 'manager')}>
            {is_manager ? 'No longer manager' : 'Make manager'}
          </Button>
          <Button type="button" size="sm" variant="text" color="danger" onClick={() => onChange('none')}>
            Remove
          </Button>
        </>
      )}
    </Box>
  );
}

async function findUsers(query: string): Promise<Choice[]> {
  const found = await api.searchRecords({ resourceId: 'users', query });
  return found.map(({ id, title }) => ({ value: id, label: title }));
}

function toForm(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}
