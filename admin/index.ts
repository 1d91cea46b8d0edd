import adminExpress from '@adminjs/express';
import AdminJS, { ComponentLoader, Router as AdminRouter } from 'adminjs';
import { Router } from 'express';
import type { Queue } from '../src/queue.ts';
import type { System } from '../src/system.ts';
import { bundleComponents } from './components/bundle.ts';
import { createDashboardHandler } from './dashboard.ts';
import { readForms, refuseCrossSite, refuseShapeAttacks } from './guards.ts';
import { labels } from './labels.ts';
import { protectPages } from './page.ts';
import { listResources } from './resources.ts';
import { admitAdministrator, COOKIE_NAME, mountSignIn, openPanelSessions } from './sign-in.ts';

export interface Panel {
  path: string;
  router: Router;
}

const ROOT = '/admin';

/** The admin panel: AdminJS over our services, behind our own sign-in. */
export async function createPanel(system: System, queue: Pick<Queue, 'readState'>): Promise<Panel> {
  const admin = createAdmin(system, queue);
  const script = await bundleComponents();
  const router = Router();
  router.use(protectPages, refuseCrossSite);
  router.get('/frontend/assets/components.bundle.js', (_req, res) => void res.type('text/javascript').send(script));
  router.use(openPanelSessions(system), admitAdministrator(system));
  mountSignIn(router, admin, system);
  router.use(readForms, refuseShapeAttacks);
  const auth = { authenticate: async () => null, cookiePassword: system.keys.panel.export().toString('base64'), cookieName: COOKIE_NAME };
  adminExpress.buildAuthenticatedRouter(admin, auth, router);
  return { path: ROOT, router };
}

function createAdmin(system: System, queue: Pick<Queue, 'readState'>): AdminJS {
  // React's production build in development as well: a third of the size, and nobody debugs AdminJS here.
  for (const asset of AdminRouter.assets) asset.src = asset.src.replace('.development.', '.production.');
  const componentLoader = new ComponentLoader();
  const admin = new AdminJS({
    rootPath: ROOT,
    loginPath: `${ROOT}/login`,
    logoutPath: `${ROOT}/logout`,
    componentLoader,
    resources: listResources(system),
    dashboard: {
      component: componentLoader.add('Dashboard', new URL('./components/dashboard.tsx', import.meta.url).pathname),
      handler: createDashboardHandler(system, queue),
    },
    branding: { companyName: 'MyCRM', logo: false, favicon: '/admin/frontend/assets/logo-mini.svg', withMadeWithLove: false },
    locale: { language: 'en', translations: { en: labels } },
    version: { admin: false, app: system.config.version },
  });
  // Its initialisation bundles components, which is done above without writing into the working folder.
  admin.initialize = async () => undefined;
  return admin;
}
