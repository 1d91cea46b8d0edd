/** What the server tells the dashboard in the browser; types only, as both sides import it. */
export interface DashboardView {
  name: string;
  counts: { id: string; label: string; count: number; is_estimate: boolean; can_create: boolean }[];
  /** `null` for who may not read the audit log. */
  events: RecentEvent[] | null;
  /** The schedule; `null` for who may not see how the installation does. */
  jobs: ScheduledJob[] | null;
}

export interface ScheduledJob {
  name: string;
  /** What it is for. */
  summary: string;
  last_run_at: string | null;
  next_run_at: string | null;
  last_error: string | null;
}

export interface RecentEvent {
  id: string;
  event: string;
  actor_name: string;
  resource_label: string | null;
  risk: string;
  created_at: string;
}
