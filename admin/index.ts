import { type RequestHandler, Router } from 'express';
import { AppError } from '../src/core/errors.ts';
import { requestOf } from '../src/http/request.ts';
import type { Queue } from '../src/queue.ts';
import type { System } from '../src/system.ts';
import { admitAdministrators } from './admission.ts';
import { PANEL_PATH } from './brand.ts';
import { readForm } from './form-body.ts';
import { protectPages } from './page-headers.ts';
import { refuseCrossSite } from './same-origin.ts';
import { createSessions } from './sessions.ts';
import { createSignInRouter } from './sign-in.ts';

export interface Panel {
  path: string;
  router: Router;
}

type PanelQueue = Pick<Queue, 'readState'>;

/** The panel, in the order in which a request passes it. */
export async function createPanel(system: System, queue: PanelQueue): Promise<Panel> {
  const panel = loadOnce(queue);
  const router = Router();
  router.use(knownMethods, protectPages, refuseCrossSite, readForm, createSessions(system));
  router.use(createSignInRouter(system, panel.prepare));
  router.use(admitAdministrators(system));
  router.use(async (req, res, next) => (await panel.load())(req, res, next));
  return { path: PANEL_PATH, router };
}

const knownMethods: RequestHandler = (req, _res, next) => {
  requestOf(req).template = `${PANEL_PATH}/*`;
  if (['GET', 'HEAD', 'POST'].includes(req.method)) return next();
  const headers = { Allow: 'GET, HEAD, POST' };
  throw new AppError({
    status: 405,
    code: 'method_not_allowed',
    title: 'Method not allowed',
    detail: 'The panel takes GET and POST.',
    headers,
  });
};

/**
 * AdminJS takes a second and 100 MB to load, so a process pays for it when somebody first opens the sign-in page, and
 * the start waits for nothing.
 */
function loadOnce(queue: PanelQueue) {
  let loading: Promise<Router> | null = null;
  const load = () => {
    loading ??= import('./panel-router.ts').then(({ createPanelRouter }) => createPanelRouter(queue));
    return loading;
  };
  // A failure shows where the panel is used; here nobody waits for it.
  return { load, prepare: () => void load().catch(() => undefined) };
}
