import type { z } from 'zod';

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/**
 * What is wrong with an input as a sentence for a person, where its schema says nothing better. zod's own words are
 * for programmers.
 */
export const explainIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] && `Give ${KINDS[issue.expected]}.`;
    case 'invalid_value':
      return `Choose one of ${issue.values.join(', ')}.`;
    case 'invalid_format':
      return issue.format === 'uuid' ? 'Give a UUID.' : 'This is not spelled as it should be.';
    case 'too_small':
      return `Give at least ${issue.minimum}${unitOf(issue.origin)}.`;
    case 'too_big':
      return `Give at most ${issue.maximum}${unitOf(issue.origin)}.`;
    case 'invalid_union':
      return 'This value is not of a kind that fits here.';
    case 'invalid_key':
      // What is wrong with the name itself, where its own shape says so.
      return issue.issues[0]?.message || 'This name is not allowed here.';
  }
  return undefined;
};

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'set' ? ' items' : '';
}
