import { buildRoutes } from '@adminjs/express';
import AdminJS, { Router as AdminRoutes } from 'adminjs';
import { Router } from 'express';
import type { Queue } from '../src/queue.ts';
import { createAssetRouter } from './assets.ts';
import {
  COLORS,
  FAVICON,
  FONT_STACK,
  FONT_WEIGHTS,
  LOGIN_PATH,
  LOGOUT_PATH,
  PANEL_PATH,
  PANEL_TITLE,
} from './brand.ts';
import { loadComponents } from './components.ts';
import { createDashboardHandler } from './dashboard.ts';
import { refuseUnoffered } from './offered-fields.ts';
import { rebuildPages } from './page.ts';
import { listResources, presentations } from './resources.ts';
import { describeTexts } from './texts.ts';
import { refuseUnknown, translateAdminErrors } from './unknown.ts';

/** AdminJS itself, behind what stands in index.ts. Loading it takes a second and 100 MB. */
export function createPanelRouter(queue: Pick<Queue, 'readState'>): Router {
  const resources = listResources();
  const admin = new AdminJS({
    rootPath: PANEL_PATH,
    loginPath: LOGIN_PATH,
    logoutPath: LOGOUT_PATH,
    resources,
    componentLoader: loadComponents(),
    dashboard: { component: 'Dashboard', handler: createDashboardHandler(queue) },
    branding: {
      companyName: PANEL_TITLE,
      logo: false,
      favicon: FAVICON,
      withMadeWithLove: false,
      // Declared as a record, read as a text.
      theme: { font: FONT_STACK as never, fontWeights: FONT_WEIGHTS as never, colors: COLORS },
    },
    settings: { defaultPerPage: 25 },
    locale: { language: 'en', availableLanguages: ['en'], translations: { en: describeTexts(resources) } },
  });
  const router = Router();
  router.use(createAssetRouter());
  router.use(refuseUnknown(admin), refuseUnoffered(presentations), rebuildPages);
  // Its own route for components would bundle them in the working folder.
  const routes = AdminRoutes.routes.filter((route) => route.action !== 'bundleComponents');
  buildRoutes({ admin, routes, router });
  router.use(translateAdminErrors);
  return router;
}
