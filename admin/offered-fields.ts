import type { Request, RequestHandler } from 'express';
import { validationError } from '../src/core/errors.ts';
import type { FormFields } from './form-body.ts';
import { createFields, type Presentation } from './presentation.ts';

const WRITE = /^\/api\/resources\/([^/]+)\/(?:actions\/(new)|records\/[^/]+\/edit)$/;
const MAX_NAMED = 20;

/**
 * Answers 400 for a form with fields that the noun does not offer. Left out in silence, they would be reported as saved.
 */
export function refuseUnoffered(presentations: readonly Presentation[]): RequestHandler {
  const byNoun = new Map(presentations.map((each) => [each.service.resource.plural, each]));
  return (req, _res, next) => {
    const [, noun = '', isNew] = (req.method === 'POST' && WRITE.exec(req.path)) || [];
    const presentation = byNoun.get(noun);
    if (!presentation) return next();
    // The version that an edit was made from goes with it.
    const offered = isNew ? createFields(presentation) : [...presentation.edit, 'version'];
    const { fields = {} } = req as Request & { fields?: FormFields };
    const names = new Set(Object.keys(fields).map((path) => path.split('.')[0] ?? path));
    const others = [...names].filter((name) => !offered.includes(name)).slice(0, MAX_NAMED);
    if (others.length === 0) return next();
    throw validationError(
      others.map((field) => ({ field, code: 'unknown_field', message: `This form has no field ${field}.` })),
    );
  };
}
