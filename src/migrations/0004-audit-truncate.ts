import type { MigrationInterface, QueryRunner } from 'typeorm';

/** TRUNCATE fires no row trigger, so it emptied the audit log past the guard of 0001. */
export class AuditTruncate1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TRIGGER audit_log_truncate_guard BEFORE TRUNCATE ON audit_logs
      FOR EACH STATEMENT EXECUTE FUNCTION guard_audit_log()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER IF EXISTS audit_log_truncate_guard ON audit_logs');
  }
}
