import { Box, CheckBox, FormGroup, FormMessage, Label, Text } from '@adminjs/design-system';
import type { EditPropertyProps } from 'adminjs';
import { findError } from './json-value.ts';
import { heldPermissions, permissionGroups } from './permission-groups.ts';

/** A box to tick for each permission, by group, in place of a list of drop-downs. */
export default function PermissionsEdit({ property, record, onChange }: EditPropertyProps) {
  const held = heldPermissions(record, property);
  const error = findError(record, property.path);
  const toggle = (code: string) =>
    onChange(property.path, held.includes(code) ? held.filter((each) => each !== code) : [...held, code]);
  return (
    <FormGroup error={error !== undefined} data-testid="permissions">
      <Label>Permissions</Label>
      <Box display="grid" style={{ gridTemplateColumns: 'repeat(auto-fill, minmax(270px, 1fr))', gap: 20 }}>
        {permissionGroups(property).map(([group, facts]) => (
          <Box key={group}>
            <Text fontWeight="bold" mb="default">
              {group}
            </Text>
            {facts.map(({ code, sentence }) => (
              <Box key={code} flex flexDirection="row" alignItems="flex-start" mb="sm">
                <CheckBox id={`permission-${code}`} checked={held.includes(code)} onChange={() => toggle(code)} />
                <Label inline htmlFor={`permission-${code}`} ml="default" style={{ lineHeight: '20px' }}>
                  {sentence}
                </Label>
              </Box>
            ))}
          </Box>
        ))}
      </Box>
      <FormMessage>{error}</FormMessage>
    </FormGroup>
  );
}
