import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LEAD_SOURCES, type LeadFacts, scoreLead } from '../src/leads/lead-score.ts';
import { openTestApp, type TestApp } from './support/app.ts';

const NOTHING: LeadFacts = {
  lead_source: 'other',
  company_size: null,
  interactions: 0,
  job_title: null,
  email: null,
  phone: null,
  company_name: null,
};
const pointsOf = (facts: Partial<LeadFacts>, factor: string) =>
  scoreLead({ ...NOTHING, ...facts }).factors.find((each) => each.factor === factor)?.points ?? 0;

describe('the score of a lead', () => {
  test.each([
    ['referral', 20],
    ['event', 18],
    ['website', 15],
    ['email_campaign', 12],
    ['social_media', 10],
    ['cold_call', 5],
    ['trade_show', 5],
    ['advertisement', 5],
    ['linkedin', 5],
    ['other', 5],
  ])('gives the source %s %i points', (lead_source, points) => {
    expect(pointsOf({ lead_source }, 'source')).toBe(points);
  });

  test.each([
    ['1-10', 5],
    ['11-50', 10],
    ['51-200', 15],
    ['201-500', 20],
    ['501-1000', 20],
    ['1001-5000', 25],
    ['5001+', 25],
    [null, 0],
  ])('gives a company of %s people %i points', (company_size, points) => {
    expect(pointsOf({ company_size }, 'company_size')).toBe(points);
  });

  test.each([0, 1, 2, 9, 10, 11, 500])('gives %i interactions two points each and 20 at most', (interactions) => {
    expect(pointsOf({ interactions }, 'interactions')).toBe(Math.min(20, interactions * 2));
  });

  test.each([
    ['CEO', 25],
    ['Founder & cto', 25],
    ['Chief Financial Officer', 25],
    ['CISO', 25],
    ['President', 25],
    ['President and VP Sales', 25],
    ['Owner', 25],
    ['Co-Owner', 25],
    ['VP of Sales', 20],
    ['SVP', 20],
    ['Vice President', 20],
    ['Vice-President, Marketing', 20],
    ['Managing Director', 20],
    ['Director of IT', 20],
    ['Sales Manager', 15],
    ['Head of Design', 15],
    ['Product Owner', 10],
    ['Engineer', 10],
    ['Headhunter', 10],
    ['Concierge', 10],
    [null, 0],
  ])('gives the title %s %i points', (job_title, points) => {
    expect(pointsOf({ job_title }, 'title')).toBe(points);
  });

  test.each([
    ['has_email', 'email'],
    ['has_phone', 'phone'],
    ['has_company', 'company_name'],
    ['has_title', 'job_title'],
  ] as const)('gives 3 points: %s', (factor, field) => {
    expect(pointsOf({ [field]: 'x' }, factor)).toBe(3);
    expect(pointsOf({ [field]: null }, factor)).toBe(0);
  });

  test('is the sum of its factors, at most 100, whatever the facts, and only grows with what is known', () => {
    const sizes = [null, '1-10', '11-50', '51-200', '201-500', '501-1000', '1001-5000', '5001+'];
    const titles = [null, 'Engineer', 'Manager', 'Director', 'CEO'];
    let seen = 0;
    for (const lead_source of LEAD_SOURCES)
      for (const company_size of sizes)
        for (const interactions of [0, 1, 7, 10, 40])
          for (const job_title of titles)
            for (const known of [0, 1, 2, 3, 4, 5, 6, 7]) {
              const facts: LeadFacts = {
                lead_source,
                company_size,
                interactions,
                job_title,
                email: known & 1 ? 'a@b.example' : null,
                phone: known & 2 ? '123' : null,
                company_name: known & 4 ? 'Firm' : null,
              };
              const { score, factors } = scoreLead(facts);
              const sum = factors.reduce((total, { points }) => total + points, 0);
              expect(score).toBe(Math.min(100, sum));
              expect(score).toBeGreaterThanOrEqual(scoreLead({ ...facts, email: null, interactions: 0 }).score);
              expect(new Set(factors.map(({ factor }) => factor)).size).toBe(factors.length);
              seen += 1;
            }
    expect(seen).toBe(LEAD_SOURCES.length * sizes.length * 5 * titles.length * 8);
    const best = { ...NOTHING, lead_source: 'referral', company_size: '5001+', interactions: 99, job_title: 'CEO' };
    expect(scoreLead({ ...best, email: 'a', phone: 'b', company_name: 'c' }).score).toBe(100);
  });
});

describe('the score that is kept', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp();
  });
  afterAll(() => app.close());
  const person = { first_name: 'Ada', last_name: 'Lovelace' };
  const log = (id: string, type = 'call') => ({ target_type: 'lead', target_id: id, type });

  test('follows each change, is explained, and stands in the history', async () => {
    const rep = await app.createCaller('sales_rep');
    const { body: lead } = await rep.post('/leads/', { ...person, lead_source: 'referral' }).expect(201);
    expect(lead).toMatchObject({ lead_score: 20, temperature: 'cold', version: 1 });
    expect(lead.score_factors).toEqual([{ factor: 'source', points: 20, reason: 'Came by referral.' }]);
    const changes = { job_title: 'CEO', email: 'ada@score.example' };
    const { body: changed } = await rep.patch(`/leads/${lead.id}/`, changes).expect(200);
    expect(changed).toMatchObject({ lead_score: 51, temperature: 'warm', version: 2 });
    const { body: history } = await rep.get(`/leads/${lead.id}/history/`).expect(200);
    expect(history.results[0].changes).toMatchObject({ lead_score: [20, 51], job_title: [null, 'CEO'] });
    const asOf = await rep.get(`/leads/${lead.id}/history/?as_of=${encodeURIComponent(lead.updated_at)}`).expect(200);
    expect(asOf.body).toMatchObject({ lead_score: 20, temperature: 'cold', score_factors: lead.score_factors });
    await rep.patch(`/leads/${lead.id}/`, { job_title: null }).expect(200);
    expect((await rep.get(`/leads/${lead.id}/`)).body).toMatchObject({ lead_score: 23, version: 3 });
  });

  test('is the system’s', async () => {
    const rep = await app.createCaller('sales_rep');
    const { body: lead } = await rep.post('/leads/', person).expect(201);
    for (const field of ['lead_score', 'score_factors', 'temperature', 'converted_at', 'converted_contact_id']) {
      const { body } = await rep.patch(`/leads/${lead.id}/`, { [field]: null }).expect(400);
      expect(body.errors[0]).toMatchObject({ field, code: 'unknown_field' });
      await rep.post('/leads/', { ...person, [field]: null }).expect(400);
    }
  });

  test('counts each logged interaction once, also when they are logged at once', async () => {
    const rep = await app.createCaller('sales_rep');
    const { body: lead } = await rep.post('/leads/', person).expect(201);
    await rep.post('/activities/log/', log(lead.id)).expect(201);
    expect((await rep.get(`/leads/${lead.id}/`)).body).toMatchObject({ lead_score: 17 });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => rep.post('/activities/log/', log(lead.id, 'note'))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201));
    const { body } = await rep.get(`/leads/${lead.id}/`).expect(200);
    expect(body.lead_score).toBe(29);
    expect(body.score_factors).toContainEqual({
      factor: 'interactions',
      points: 14,
      reason: '7 interactions were logged.',
    });
    expect(body.last_contacted_at).not.toBeNull();
  });

  test('knows the size of a company by name or by domain, and tells of none that is not the caller’s', async () => {
    const [rep, other] = [await app.createCaller('sales_rep'), await app.createCaller('sales_rep')];
    await rep.post('/companies/', { name: 'Sized, Inc.', domain: 'sized.example', size: '51-200' }).expect(201);
    const sizeFor = async (caller: typeof rep, more: object) => {
      const { body } = await caller.post('/leads/', { ...person, ...more }).expect(201);
      return body.score_factors.find((each: { factor: string }) => each.factor === 'company_size')?.points ?? null;
    };
    expect(await sizeFor(rep, { company_name: 'sized inc' })).toBe(15);
    expect(await sizeFor(rep, { email: 'a@sized.example' })).toBe(15);
    expect(await sizeFor(rep, { company_name: 'Other', email: 'b@sized.example' })).toBe(15);
    expect(await sizeFor(rep, { company_name: 'Other', email: 'b@other.example' })).toBeNull();
    expect(await sizeFor(other, { company_name: 'Sized, Inc.', email: 'c@sized.example' })).toBeNull();
  });

  test('is the same whoever writes: it goes by what the owner of the lead may read', async () => {
    const [admin, rep, other] = [
      await app.createCaller('admin'),
      await app.createCaller('sales_rep'),
      await app.createCaller('sales_rep'),
    ];
    const secret = { name: 'Secret Works', domain: 'secret-works.example', size: '5001+' };
    await admin.post('/companies/', secret).expect(201);
    const shown = { name: 'Shown Works', domain: 'shown-works.example', size: '51-200' };
    await rep.post('/companies/', shown).expect(201);
    const pointsIn = ({ score_factors }: { score_factors: { factor: string; points: number }[] }) =>
      score_factors.find(({ factor }) => factor === 'company_size')?.points ?? null;
    const patch = async (caller: typeof rep, id: string, changes: object) =>
      pointsIn((await caller.patch(`/leads/${id}/`, changes).expect(200)).body);

    const hidden = { ...person, company_name: secret.name, email: 'a@secret-works.example' };
    const { body: lead } = await rep.post('/leads/', hidden).expect(201);
    expect(pointsIn(lead)).toBeNull();
    expect(await patch(admin, lead.id, { notes: 'By the admin.' })).toBeNull();
    await admin.post('/activities/log/', log(lead.id)).expect(201);
    expect(pointsIn((await rep.get(`/leads/${lead.id}/`)).body)).toBeNull();
    expect(await patch(admin, lead.id, { owner_id: admin.id, assigned_to_id: rep.id })).toBe(25);
    expect(await patch(rep, lead.id, { notes: 'By whom it is assigned to.' })).toBe(25);

    const { body: given } = await admin
      .post('/leads/', { ...person, company_name: shown.name, owner_id: rep.id, assigned_to_id: other.id })
      .expect(201);
    expect(pointsIn(given)).toBe(15);
    expect(await patch(other, given.id, { notes: 'Blind to the company.' })).toBe(15);
    expect(await patch(admin, given.id, { owner_id: null })).toBeNull();
  });

  test('of two who change different facts keeps both, and does not stand between them', async () => {
    const rep = await app.createCaller('sales_rep');
    const { body: lead, headers } = await rep.post('/leads/', person).expect(201);
    await rep.patch(`/leads/${lead.id}/`, { phone: '+49 30 1' }).expect(200);
    const stale = await rep
      .patch(`/leads/${lead.id}/`, { job_title: 'Director' })
      .set('If-Match', headers.etag as string)
      .expect(200);
    expect(stale.body).toMatchObject({ phone: '+49 30 1', job_title: 'Director', lead_score: 15 + 20 + 3 + 3 });
    const clash = rep.patch(`/leads/${lead.id}/`, { phone: '+49 30 2' }).set('If-Match', headers.etag as string);
    expect((await clash.expect(412)).body.errors).toMatchObject([{ field: 'phone' }]);
  });

  test('filters and orders a list', async () => {
    const rep = await app.createCaller('sales_rep');
    const hot = {
      lead_source: 'referral',
      job_title: 'CEO',
      email: 'h@hot.example',
      phone: '123',
      company_name: 'Hot',
    };
    await rep.post('/companies/', { name: 'Hot', size: '5001+' }).expect(201);
    for (const more of [hot, { job_title: 'CEO' }, {}]) await rep.post('/leads/', { ...person, ...more }).expect(201);
    const scores = async (query: string) =>
      (await rep.get(`/leads/?${query}`).expect(200)).body.results.map(
        ({ lead_score }: { lead_score: number }) => lead_score,
      );
    expect(await scores('ordering=-lead_score')).toEqual([82, 43, 15]);
    expect(await scores('temperature=hot')).toEqual([82]);
    expect(await scores('temperature=warm')).toEqual([43]);
    expect(await scores('temperature=cold')).toEqual([15]);
    expect(await scores('temperature__in=hot,cold&ordering=lead_score')).toEqual([15, 82]);
    expect(await scores('lead_score__gte=43&ordering=lead_score')).toEqual([43, 82]);
    const { body } = await rep.get('/leads/?temperature=tepid').expect(400);
    expect(body.errors[0].field).toBe('temperature');
  });
});
