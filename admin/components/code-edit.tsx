import { FormGroup, FormMessage, Select } from '@adminjs/design-system';
import { type EditPropertyProps, PropertyLabel } from 'adminjs';
import { useMemo } from 'react';
import { type CodeChoice, type CodeKind, listCodes } from '../codes.ts';

/** Countries, currencies and the like, found by their names. */
export default function CodeEdit({ property, record, onChange }: EditPropertyProps) {
  const { path } = property;
  const { codes, isClearable } = property.custom as { codes: CodeKind; isClearable: boolean };
  const value: unknown = record.params[path];
  const choices = useMemo(() => withValue(listCodes(codes), value), [codes, value]);
  const error = record.errors[path];
  return (
    <FormGroup error={error !== undefined}>
      <PropertyLabel property={property} />
      <Select
        inputId={path}
        value={choices.find((choice) => choice.value === value) ?? null}
        options={choices}
        isClearable={isClearable}
        onChange={(choice: CodeChoice | null) => onChange(path, choice?.value ?? '')}
      />
      <FormMessage>{error?.message}</FormMessage>
    </FormGroup>
  );
}

/** What a record holds may be one that is not offered, such as the language of one country. */
function withValue(choices: CodeChoice[], value: unknown): CodeChoice[] {
  const isOffered = !value || choices.some((choice) => choice.value === value);
  return isOffered ? choices : [{ value: String(value), label: String(value) }, ...choices];
}
