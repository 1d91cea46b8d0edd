-- What the role that MyCRM runs as needs, when another one owns the tables and runs `npm run migrate`. Run it as the
-- owner, once and after each upgrade, with the role's name in the place of mycrm_app. With it not even a flaw in MyCRM
-- rewrites the audit log: the role can neither change its rows nor switch its triggers off.
GRANT USAGE ON SCHEMA public TO mycrm_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO mycrm_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO mycrm_app;
REVOKE UPDATE, DELETE ON audit_logs FROM mycrm_app;
GRANT UPDATE (dispatched_at, dispatch_attempts, dispatch_error) ON audit_logs TO mycrm_app;
