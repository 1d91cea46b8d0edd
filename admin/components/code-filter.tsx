import { FormGroup, Select } from '@adminjs/design-system';
import { type FilterPropertyProps, PropertyLabel } from 'adminjs';
import { useMemo } from 'react';
import { type CodeChoice, type CodeKind, listCodes } from '../codes.ts';

/** Rows of one country, currency and the like. */
export default function CodeFilter({ property, filter, onChange }: FilterPropertyProps) {
  const { path } = property;
  const codes = property.custom.codes as CodeKind;
  const choices = useMemo(() => listCodes(codes), [codes]);
  return (
    <FormGroup variant="filter">
      <PropertyLabel property={property} filter />
      <Select
        variant="filter"
        inputId={`filter-${path}`}
        value={choices.find(({ value }) => value === filter?.[path]) ?? null}
        options={choices}
        isClearable
        onChange={(choice: CodeChoice | null) => onChange(path, choice?.value ?? '')}
      />
    </FormGroup>
  );
}
