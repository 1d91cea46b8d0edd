export const LEAD_SOURCES = [
  'website',
  'referral',
  'social_media',
  'email_campaign',
  'cold_call',
  'trade_show',
  'advertisement',
  'linkedin',
  'event',
  'other',
] as const;

/** What a lead is judged by. */
export interface LeadFacts {
  lead_source: string;
  /** Of the company, as companies spell it; `null` when it is not known. */
  company_size: string | null;
  /** Calls, e-mails, meetings and notes logged on the lead. */
  interactions: number;
  job_title: string | null;
  email: string | null;
  phone: string | null;
  company_name: string | null;
}

export interface ScoreFactor {
  factor: string;
  points: number;
  reason: string;
}

export interface LeadScore {
  score: number;
  factors: ScoreFactor[];
}

const MOST = 100;
const POINTS_PER_INTERACTION = 2;
/** More interactions than this add nothing. */
export const COUNTED_INTERACTIONS = 10;
const POINTS_PER_DETAIL = 3;

const SOURCE_POINTS: Record<string, number> = {
  referral: 20,
  event: 18,
  website: 15,
  email_campaign: 12,
  social_media: 10,
};
const OTHER_SOURCE_POINTS = 5;

const SIZE_POINTS: Record<string, number> = {
  '1-10': 5,
  '11-50': 10,
  '51-200': 15,
  '201-500': 20,
  '501-1000': 20,
  '1001-5000': 25,
  '5001+': 25,
};

// A vice president is no president, and the owner of a product owns no company.
const TITLES: readonly { points: number; level: string; pattern: RegExp }[] = [
  {
    points: 25,
    level: 'at the top',
    pattern:
      /\b(chief|(?<!vice[ -])president|(co-?)?(?<!(product|process) )owner|c(eo|fo|oo|to|io|mo|po|ro|do|so|co|iso|hro))\b/i,
  },
  { points: 20, level: 'a vice president', pattern: /\b([aes]?vp|vice[ -]president)\b/i },
  { points: 20, level: 'a director', pattern: /\bdirector\b/i },
  { points: 15, level: 'a manager or head', pattern: /\b(manager|head)\b/i },
];
const OTHER_TITLE_POINTS = 10;

/** How promising a lead is, 0 to 100, and why. The same facts always give the same score. */
export function scoreLead(facts: LeadFacts): LeadScore {
  const factors = [
    scoreSource(facts.lead_source),
    scoreSize(facts.company_size),
    scoreInteractions(facts.interactions),
    scoreTitle(facts.job_title),
    scoreDetail('has_email', facts.email, 'An e-mail address is known.'),
    scoreDetail('has_phone', facts.phone, 'A phone number is known.'),
    scoreDetail('has_company', facts.company_name, 'The company is known.'),
    scoreDetail('has_title', facts.job_title, 'The job title is known.'),
  ].filter((each) => each !== null);
  const sum = factors.reduce((total, { points }) => total + points, 0);
  return { score: Math.min(sum, MOST), factors };
}

function scoreSource(source: string): ScoreFactor {
  const points = SOURCE_POINTS[source] ?? OTHER_SOURCE_POINTS;
  return { factor: 'source', points, reason: `Came by ${source.replaceAll('_', ' ')}.` };
}

function scoreSize(size: string | null): ScoreFactor | null {
  const points = size === null ? undefined : SIZE_POINTS[size];
  return points === undefined ? null : { factor: 'company_size', points, reason: `The company has ${size} people.` };
}

function scoreInteractions(interactions: number): ScoreFactor | null {
  const counted = Math.min(interactions, COUNTED_INTERACTIONS);
  if (counted <= 0) return null;
  const most = counted === COUNTED_INTERACTIONS ? ' or more' : '';
  const reason = `${counted}${most} ${counted === 1 ? 'interaction was' : 'interactions were'} logged.`;
  return { factor: 'interactions', points: counted * POINTS_PER_INTERACTION, reason };
}

function scoreTitle(title: string | null): ScoreFactor | null {
  if (!title) return null;
  const found = TITLES.find(({ pattern }) => pattern.test(title));
  if (!found) return { factor: 'title', points: OTHER_TITLE_POINTS, reason: `Works as ${title}.` };
  return { factor: 'title', points: found.points, reason: `${title} is ${found.level}.` };
}

function scoreDetail(factor: string, value: string | null, reason: string): ScoreFactor | null {
  return value ? { factor, points: POINTS_PER_DETAIL, reason } : null;
}
