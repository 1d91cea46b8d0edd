import { Box, Text, ValueGroup } from '@adminjs/design-system';
import type { ShowPropertyProps } from 'adminjs';
import { heldPermissions, permissionGroups } from './permission-groups.ts';

/** What a role allows, as sentences by group. */
export default function PermissionsShow({ property, record }: ShowPropertyProps) {
  const held = heldPermissions(record, property);
  const groups = permissionGroups(property)
    .map(([group, facts]) => [group, facts.filter(({ code }) => held.includes(code))] as const)
    .filter(([, facts]) => facts.length > 0);
  return (
    <ValueGroup label="Permissions">
      {groups.map(([group, facts]) => (
        <Box key={group} mb="lg">
          <Text fontWeight="bold" lineHeight="24px">
            {group}
          </Text>
          {facts.map(({ code, sentence }) => (
            <Text key={code} lineHeight="22px">
              {sentence}
            </Text>
          ))}
        </Box>
      ))}
      {groups.length === 0 && <Text>None</Text>}
    </ValueGroup>
  );
}
