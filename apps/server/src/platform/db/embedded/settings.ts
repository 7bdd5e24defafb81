import { totalmem } from "node:os";

/**
 * Server settings, given as flags so that the cluster's own files stay as initdb made them.
 * Durability is never traded: fsync, full_page_writes and synchronous_commit stay on. Values from DATABASE.md §A.
 */
export function serverSettings(): Record<string, string> {
  const quarter = Math.floor(totalmem() / 4 / 2 ** 20);
  return {
    listen_addresses: "",
    unix_socket_permissions: "0700",
    shared_buffers: `${Math.max(64, Math.min(2048, quarter))}MB`,
    effective_cache_size: `${Math.max(256, quarter * 2)}MB`,
    work_mem: "32MB",
    maintenance_work_mem: "256MB",
    max_connections: "100",
    synchronous_commit: "on",
    fsync: "on",
    full_page_writes: "on",
    wal_level: "replica",
    max_wal_size: "4GB",
    min_wal_size: "512MB",
    checkpoint_timeout: "15min",
    random_page_cost: "1.1",
    jit: "off",
    max_parallel_workers_per_gather: "2",
    idle_in_transaction_session_timeout: "60s",
    timezone: "UTC",
    log_min_duration_statement: "1s",
    // Values of statements are personal data and never reach the log (SECURITY §5).
    log_parameter_max_length: "0",
    log_parameter_max_length_on_error: "0",
    autovacuum_vacuum_scale_factor: "0.05",
    autovacuum_vacuum_cost_limit: "2000",
  };
}
