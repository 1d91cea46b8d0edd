export const OPERATORS = ['in', 'ne', 'gt', 'gte', 'lt', 'lte', 'contains', 'startswith', 'isnull'] as const;

/** How a filter compares; `eq` is the bare name of the field. */
export type Operator = 'eq' | (typeof OPERATORS)[number];
