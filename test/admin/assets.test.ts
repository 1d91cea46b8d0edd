import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { openPanelAs, type PanelVisitor } from '../support/panel.ts';

let app: TestApp;
let admin: PanelVisitor;
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
});
afterAll(() => app.close());

describe('the scripts of the panel', () => {
  test.each(['global', 'design-system', 'app', 'components'])(
    '%s goes out small and is not sent twice',
    async (name) => {
      const path = `/frontend/assets/${name}.bundle.js`;
      const sizes: Record<string, number> = {};
      for (const encoding of ['br', 'gzip', 'identity']) {
        const answer = await admin.get(path).set('Accept-Encoding', encoding).buffer(false).expect(200);
        expect(answer.headers['content-encoding']).toBe(encoding === 'identity' ? undefined : encoding);
        expect(answer.headers['cache-control']).toContain('immutable');
        expect(answer.headers.vary).toContain('Accept-Encoding');
        sizes[encoding] = Number(answer.headers['content-length']);
      }
      expect(sizes.gzip).toBeLessThan((sizes.identity ?? 0) / 2);
      expect(sizes.br).toBeLessThan(sizes.gzip ?? 0);
      const { headers } = await admin.get(path).expect(200);
      await admin.get(path).set('If-None-Match', String(headers.etag)).expect(304);
    },
  );
});
