import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A product's number is one, however it is spelled. */
export class CaselessSku1764000000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Until now two could differ in their spelling alone; all but the oldest get the end of their id behind it.
    await runner.query(
      `UPDATE products t SET sku = left(sku, 87) || '-' || right(id::text, 12), updated_at = now(), version = version + 1
       WHERE deleted_at IS NULL AND EXISTS (SELECT FROM products o WHERE o.deleted_at IS NULL
         AND lower(o.sku) = lower(t.sku) AND (o.created_at, o.id) < (t.created_at, t.id))`,
    );
    await runner.query('DROP INDEX products_sku_key');
    await runner.query('CREATE UNIQUE INDEX products_sku_key ON products (lower(sku)) WHERE deleted_at IS NULL');
    // For the lists that are filtered and ordered by it.
    await runner.query('CREATE INDEX products_sku_idx ON products (sku, id) WHERE deleted_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX products_sku_idx');
    await runner.query('DROP INDEX products_sku_key');
    await runner.query('CREATE UNIQUE INDEX products_sku_key ON products (sku) WHERE deleted_at IS NULL');
  }
}
