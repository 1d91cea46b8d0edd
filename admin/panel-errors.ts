import { ForbiddenError, AppError as NoticeError, ValidationError } from 'adminjs';
import { AppError } from '../src/core/errors.ts';
import { explainError } from '../src/http/error-handler.ts';
import { labelOf } from './labels.ts';

/**
 * An error of the services as AdminJS understands it: at its field where the form has that field, above the form
 * otherwise. What is ours to mend is thrown on and becomes a bare 500.
 */
export function toPanelError(error: unknown, fields: readonly string[] = []): unknown {
  const known = explainError(error);
  if (!(known instanceof AppError)) return error;
  if (known.status === 403) return new ForbiddenError(known.message);
  const atFields = (known.errors ?? []).flatMap(({ field, code, message }) => {
    // With its whole path, `emails.0.value`: the editor of a list or a map shows it at the very input.
    const [name = ''] = field.split('.');
    return fields.includes(name) ? [[field, { type: code, message }] as const] : [];
  });
  return atFields.length > 0 ? new ValidationError(Object.fromEntries(atFields)) : new NoticeError(explain(known));
}

/** Names the fields as the panel does: a filter is "E-mail" here, and not `email__contains`. */
function explain({ errors = [], message }: AppError): string {
  const named = errors.map(({ field, message: fault }) => {
    const [name = ''] = field.split(/__|\./);
    return name ? `${labelOf(name)}: ${fault}` : fault;
  });
  return named.length > 0 ? named.join(' ') : message;
}

/** Runs one call of the services for the panel. */
export async function explainingErrors<T>(work: () => Promise<T>, fields?: readonly string[]): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toPanelError(error, fields);
  }
}
