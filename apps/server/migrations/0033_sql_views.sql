-- What queries of SQL segments may read: views of one workspace, in a schema of their own. They are a public interface (docs: sql-segments):
-- columns are added, never renamed or removed. The workspace is a setting of the transaction, and without it they are empty. A barrier keeps
-- conditions of the query from seeing rows of others before they are left out.
-- locks: none
-- takes: no time

create schema relance_sql;

create view relance_sql.contacts with (security_barrier) as
select id, external_id, email, phone, first_name, last_name, locale, time_zone, country, region, postal_code, city, store_id, birth_date, customer_type, latitude, longitude, attributes, known, created_at, updated_at, last_seen_at
from contacts where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.events with (security_barrier) as
select contact_id, id, name, occurred_at, received_at, amount, currency, properties
from events where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.orders with (security_barrier) as
select id, contact_id, external_id, kind, status, store_id, currency, total, discount, shipping, tax, refunded, coupon, placed_at, updated_at, attributes
from orders where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.order_lines with (security_barrier) as
select order_id, line, product_id, variant_id, sku, name, quantity, unit_price, total, attributes
from order_lines where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.carts with (security_barrier) as
select id, contact_id, external_id, status, store_id, currency, total, lines, created_at, updated_at
from carts where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.products with (security_barrier) as
select id, external_id, sku, name, brand, category_id, attributes, created_at, updated_at
from products where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.variants with (security_barrier) as
select id, product_id, external_id, sku, options, updated_at
from variants where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.categories with (security_barrier) as
select id, external_id, parent_id, names, updated_at
from categories where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.stores with (security_barrier) as
select id, code, name, country, currency, time_zone, latitude, longitude, created_at
from stores where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.consents with (security_barrier) as
select contact_id, channel, topic, state, basis, changed_at, expires_on
from consents where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.messages with (security_barrier) as
select id, contact_id, channel, class, topic, template_id, journey_id, state, reason, delivery, created_at, accepted_at
from sends where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.engagements with (security_barrier) as
select send_id as message_id, contact_id, kind, machine, url, at
from engagements where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.predictions with (security_barrier) as
select contact_id, orders, first_on, last_on, spent, recency_score, frequency_score, monetary_score, rfm_group, alive, orders_30, orders_90, orders_365, churn, next_order_on, value_365, total_value, computed_at
from predictions where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.groups with (security_barrier) as
select id, name, created_at
from groups where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid and archived_at is null;

create view relance_sql.group_members with (security_barrier) as
select group_id, contact_id, added_at
from group_members where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;

create view relance_sql.segments with (security_barrier) as
select id, name, created_at
from segments where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid and state <> 'archived';

create view relance_sql.segment_members with (security_barrier) as
select segment_id, contact_id, entered_at
from segment_members where workspace_id = nullif(current_setting('relance.workspace', true), '')::uuid;
