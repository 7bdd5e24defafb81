import type { Shapes } from "./rows.ts";

/** Fields of the resources of PrestaShop's webservice (8), as the blank schemas of its documentation list them. */
export const PRESTASHOP_SHAPES: Shapes = {
  customers:
    "id id_default_group id_lang newsletter_date_add ip_registration_newsletter last_passwd_gen secure_key deleted passwd lastname firstname email id_gender birthday newsletter optin website company siret ape outstanding_allow_amount show_public_prices id_risk max_payment_days active note is_guest id_shop id_shop_group date_add date_upd reset_password_token reset_password_validity associations@customers.associations",
  addresses:
    "id id_customer id_manufacturer id_supplier id_warehouse id_country id_state alias company lastname firstname vat_number address1 address2 postcode city other phone phone_mobile dni deleted date_add date_upd",
  carts:
    "id id_address_delivery id_address_invoice id_currency id_customer id_guest id_lang id_shop_group id_shop id_carrier recyclable gift gift_message mobile_theme delivery_option secure_key allow_seperated_package date_add date_upd associations@carts.associations",
  orders:
    "id id_address_delivery id_address_invoice id_cart id_currency id_lang id_customer id_carrier current_state module invoice_number invoice_date delivery_number delivery_date valid date_add date_upd shipping_number note id_shop_group id_shop secure_key payment recyclable gift gift_message mobile_theme total_discounts total_discounts_tax_incl total_discounts_tax_excl total_paid total_paid_tax_incl total_paid_tax_excl total_paid_real total_products total_products_wt total_shipping total_shipping_tax_incl total_shipping_tax_excl carrier_tax_rate total_wrapping total_wrapping_tax_incl total_wrapping_tax_excl round_mode round_type conversion_rate reference associations@orders.associations",
  order_slip:
    "id id_customer id_order conversion_rate total_products_tax_excl total_products_tax_incl total_shipping_tax_excl total_shipping_tax_incl amount shipping_cost shipping_cost_amount partial date_add date_upd order_slip_type associations@order_slip.associations",
  products:
    "id manufacturer_name quantity level_depth id_manufacturer id_supplier id_category_default new cache_default_attribute id_default_image id_default_combination id_tax_rules_group position_in_category type id_shop_default reference supplier_reference location width height depth weight quantity_discount ean13 isbn upc mpn cache_is_pack cache_has_attachments is_virtual state additional_delivery_times delivery_in_stock~ delivery_out_stock~ on_sale online_only ecotax minimal_quantity low_stock_threshold low_stock_alert price wholesale_price unity unit_price_ratio additional_shipping_cost customizable text_fields uploadable_files active redirect_type id_type_redirected available_for_order available_date show_condition condition show_price indexed visibility advanced_stock_management date_add date_upd pack_stock_type meta_description~ meta_keywords~ meta_title~ link_rewrite~ name~ description~ description_short~ available_now~ available_later~ associations@products.associations",
  combinations:
    "id id_product location ean13 isbn upc mpn quantity reference supplier_reference wholesale_price price ecotax weight unit_price_impact minimal_quantity low_stock_threshold low_stock_alert default_on available_date associations@combinations.associations",
  stock_availables: "id id_product id_product_attribute id_shop id_shop_group quantity depends_on_stock out_of_stock location",
  specific_prices:
    "id id_shop_group id_shop id_cart id_product id_product_attribute id_currency id_country id_group id_customer id_specific_price_rule price from_quantity reduction reduction_tax reduction_type from to",
  categories:
    "id id_parent active id_shop_default is_root_category position date_add date_upd name~ link_rewrite~ description~ meta_title~ meta_description~ meta_keywords~ associations@categories.associations",
  "customers.groups": "id",
  "customers.associations": "groups[]@customers.groups",
  "carts.cart_rows": "id_product id_product_attribute id_address_delivery id_customization quantity",
  "carts.associations": "cart_rows[]@carts.cart_rows",
  "orders.order_rows":
    "id product_id product_attribute_id product_quantity product_name product_reference product_ean13 product_isbn product_upc product_price id_customization unit_price_tax_incl unit_price_tax_excl",
  "orders.associations": "order_rows[]@orders.order_rows",
  "order_slip.order_slip_details": "id id_order_detail product_quantity amount_tax_excl amount_tax_incl",
  "order_slip.associations": "order_slip_details[]@order_slip.order_slip_details",
  "products.categories": "id",
  "products.images": "id",
  "products.combinations": "id",
  "products.product_option_values": "id",
  "products.product_features": "id id_feature_value",
  "products.tags": "id",
  "products.stock_availables": "id id_product_attribute",
  "products.attachments": "id",
  "products.accessories": "id",
  "products.product_bundle": "id id_product_attribute quantity",
  "products.associations":
    "categories[]@products.categories images[]@products.images combinations[]@products.combinations product_option_values[]@products.product_option_values product_features[]@products.product_features tags[]@products.tags stock_availables[]@products.stock_availables attachments[]@products.attachments accessories[]@products.accessories product_bundle[]@products.product_bundle",
  "combinations.product_option_values": "id",
  "combinations.images": "id",
  "combinations.associations": "product_option_values[]@combinations.product_option_values images[]@combinations.images",
  "categories.categories": "id",
  "categories.products": "id",
  "categories.associations": "categories[]@categories.categories products[]@categories.products",
};
