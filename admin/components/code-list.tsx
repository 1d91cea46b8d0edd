import type { ShowPropertyProps } from 'adminjs';
import { type CodeKind, nameCode } from '../codes.ts';

/** The name of a country, a currency and the like. */
export default function CodeList({ property, record }: ShowPropertyProps) {
  const value: unknown = record.params[property.path];
  return <span>{value ? nameCode(property.custom.codes as CodeKind, String(value)) : ''}</span>;
}
