import type { Shapes } from "./rows.ts";

/** Fields of the REST API of Magento (2.4.7), as its OpenAPI document lists them. */
export const MAGENTO_SHAPES: Shapes = {
  "customer-customer":
    "id:i group_id:i default_billing default_shipping confirmation created_at updated_at created_in dob email firstname lastname middlename prefix suffix gender:i store_id:i taxvat website_id:i addresses[]@customer-address disable_auto_group_change:i extension_attributes@customer-customer-extension custom_attributes[]@framework-attribute",
  "customer-address":
    "id:i customer_id:i region@customer-region region_id:i country_id street[] company telephone fax postcode city firstname lastname middlename prefix suffix vat_id default_shipping:b default_billing:b custom_attributes[]@framework-attribute",
  "customer-region": "region_code region region_id:i",
  "framework-attribute": "attribute_code value",
  "customer-customer-extension": "company_attributes@company-company-customer is_subscribed:b assistance_allowed:i",
  "company-company-customer": "customer_id:i company_id:i job_title status:i telephone is_default:b",
  "sales-order":
    "adjustment_negative:n adjustment_positive:n applied_rule_ids base_adjustment_negative:n base_adjustment_positive:n base_currency_code base_discount_amount:n base_discount_canceled:n base_discount_invoiced:n base_discount_refunded:n base_grand_total:n base_discount_tax_compensation_amount:n base_discount_tax_compensation_invoiced:n base_discount_tax_compensation_refunded:n base_shipping_amount:n base_shipping_canceled:n base_shipping_discount_amount:n base_shipping_discount_tax_compensation_amnt:n base_shipping_incl_tax:n base_shipping_invoiced:n base_shipping_refunded:n base_shipping_tax_amount:n base_shipping_tax_refunded:n base_subtotal:n base_subtotal_canceled:n base_subtotal_incl_tax:n base_subtotal_invoiced:n base_subtotal_refunded:n base_tax_amount:n base_tax_canceled:n base_tax_invoiced:n base_tax_refunded:n base_total_canceled:n base_total_due:n base_total_invoiced:n base_total_invoiced_cost:n base_total_offline_refunded:n base_total_online_refunded:n base_total_paid:n base_total_qty_ordered:n base_total_refunded:n base_to_global_rate:n base_to_order_rate:n billing_address_id:i can_ship_partially:i can_ship_partially_item:i coupon_code created_at customer_dob customer_email customer_firstname customer_gender:i customer_group_id:i customer_id:i customer_is_guest:i customer_lastname customer_middlename customer_note customer_note_notify:i customer_prefix customer_suffix customer_taxvat discount_amount:n discount_canceled:n discount_description discount_invoiced:n discount_refunded:n edit_increment:i email_sent:i entity_id:i ext_customer_id ext_order_id forced_shipment_with_invoice:i global_currency_code grand_total:n discount_tax_compensation_amount:n discount_tax_compensation_invoiced:n discount_tax_compensation_refunded:n hold_before_state hold_before_status increment_id is_virtual:i order_currency_code original_increment_id payment_authorization_amount:n payment_auth_expiration:i protect_code quote_address_id:i quote_id:i relation_child_id relation_child_real_id relation_parent_id relation_parent_real_id remote_ip shipping_amount:n shipping_canceled:n shipping_description shipping_discount_amount:n shipping_discount_tax_compensation_amount:n shipping_incl_tax:n shipping_invoiced:n shipping_refunded:n shipping_tax_amount:n shipping_tax_refunded:n state status store_currency_code store_id:i store_name store_to_base_rate:n store_to_order_rate:n subtotal:n subtotal_canceled:n subtotal_incl_tax:n subtotal_invoiced:n subtotal_refunded:n tax_amount:n tax_canceled:n tax_invoiced:n tax_refunded:n total_canceled:n total_due:n total_invoiced:n total_item_count:i total_offline_refunded:n total_online_refunded:n total_paid:n total_qty_ordered:n total_refunded:n updated_at weight:n x_forwarded_for items[]@sales-order-item billing_address@sales-order-address payment@sales-order-payment status_histories[]@sales-order-status-history extension_attributes@sales-order-extension",
  "sales-order-item":
    "additional_data amount_refunded:n applied_rule_ids base_amount_refunded:n base_cost:n base_discount_amount:n base_discount_invoiced:n base_discount_refunded:n base_discount_tax_compensation_amount:n base_discount_tax_compensation_invoiced:n base_discount_tax_compensation_refunded:n base_original_price:n base_price:n base_price_incl_tax:n base_row_invoiced:n base_row_total:n base_row_total_incl_tax:n base_tax_amount:n base_tax_before_discount:n base_tax_invoiced:n base_tax_refunded:n base_weee_tax_applied_amount:n base_weee_tax_applied_row_amnt:n base_weee_tax_disposition:n base_weee_tax_row_disposition:n created_at description discount_amount:n discount_invoiced:n discount_percent:n discount_refunded:n event_id:i ext_order_item_id free_shipping:i gw_base_price:n gw_base_price_invoiced:n gw_base_price_refunded:n gw_base_tax_amount:n gw_base_tax_amount_invoiced:n gw_base_tax_amount_refunded:n gw_id:i gw_price:n gw_price_invoiced:n gw_price_refunded:n gw_tax_amount:n gw_tax_amount_invoiced:n gw_tax_amount_refunded:n discount_tax_compensation_amount:n discount_tax_compensation_canceled:n discount_tax_compensation_invoiced:n discount_tax_compensation_refunded:n is_qty_decimal:i is_virtual:i item_id:i locked_do_invoice:i locked_do_ship:i name no_discount:i order_id:i original_price:n parent_item_id:i price:n price_incl_tax:n product_id:i product_type qty_backordered:n qty_canceled:n qty_invoiced:n qty_ordered:n qty_refunded:n qty_returned:n qty_shipped:n quote_item_id:i row_invoiced:n row_total:n row_total_incl_tax:n row_weight:n sku store_id:i tax_amount:n tax_before_discount:n tax_canceled:n tax_invoiced:n tax_percent:n tax_refunded:n updated_at weee_tax_applied weee_tax_applied_amount:n weee_tax_applied_row_amount:n weee_tax_disposition:n weee_tax_row_disposition:n weight:n parent_item@sales-order-item product_option@catalog-product-option extension_attributes@sales-order-item-extension",
  "catalog-product-option": "extension_attributes@catalog-product-option-extension",
  "catalog-product-option-extension":
    "custom_options[]@catalog-custom-option bundle_options[]@bundle-bundle-option downloadable_option@downloadable-downloadable-option giftcard_item_option@gift-card-gift-card-option configurable_item_options[]@configurable-product-configurable-item-option-value",
  "catalog-custom-option": "option_id option_value extension_attributes@catalog-custom-option-extension",
  "catalog-custom-option-extension": "file_info@framework-image-content",
  "framework-image-content": "base64_encoded_data type name",
  "bundle-bundle-option": "option_id:i option_qty:i option_selections[]:i",
  "downloadable-downloadable-option": "downloadable_links[]:i",
  "gift-card-gift-card-option":
    "giftcard_amount custom_giftcard_amount:n giftcard_sender_name giftcard_recipient_name giftcard_sender_email giftcard_recipient_email giftcard_message extension_attributes@gift-card-gift-card-option-extension",
  "gift-card-gift-card-option-extension": "giftcard_created_codes[]",
  "configurable-product-configurable-item-option-value": "option_id option_value:i",
  "sales-order-item-extension":
    "itemized_taxes[]@tax-order-tax-item gift_message@gift-message-message gw_id gw_base_price gw_price gw_base_tax_amount gw_tax_amount gw_base_price_invoiced gw_price_invoiced gw_base_tax_amount_invoiced gw_tax_amount_invoiced gw_base_price_refunded gw_price_refunded gw_base_tax_amount_refunded gw_tax_amount_refunded",
  "tax-order-tax-item":
    "tax_item_id:i tax_id:i item_id:i tax_code tax_percent:n amount:n base_amount:n real_amount:n real_base_amount:n associated_item_id:i taxable_item_type",
  "gift-message-message": "gift_message_id:i customer_id:i sender recipient message extension_attributes@gift-message-message-extension",
  "gift-message-message-extension": "entity_id entity_type wrapping_id:i wrapping_allow_gift_receipt:b wrapping_add_printed_card:b",
  "sales-order-address":
    "address_type city company country_id customer_address_id:i customer_id:i email entity_id:i fax firstname lastname middlename parent_id:i postcode prefix region region_code region_id:i street[] suffix telephone vat_id vat_is_valid:i vat_request_date vat_request_id vat_request_success:i",
  "sales-order-payment":
    "account_status additional_data additional_information[] address_status amount_authorized:n amount_canceled:n amount_ordered:n amount_paid:n amount_refunded:n anet_trans_method base_amount_authorized:n base_amount_canceled:n base_amount_ordered:n base_amount_paid:n base_amount_paid_online:n base_amount_refunded:n base_amount_refunded_online:n base_shipping_amount:n base_shipping_captured:n base_shipping_refunded:n cc_approval cc_avs_status cc_cid_status cc_debug_request_body cc_debug_response_body cc_debug_response_serialized cc_exp_month cc_exp_year cc_last4 cc_number_enc cc_owner cc_secure_verify cc_ss_issue cc_ss_start_month cc_ss_start_year cc_status cc_status_description cc_trans_id cc_type echeck_account_name echeck_account_type echeck_bank_name echeck_routing_number echeck_type entity_id:i last_trans_id method parent_id:i po_number protection_eligibility quote_payment_id:i shipping_amount:n shipping_captured:n shipping_refunded:n extension_attributes@sales-order-payment-extension",
  "sales-order-payment-extension": "notification_message vault_payment_token@vault-payment-token",
  "vault-payment-token":
    "entity_id:i customer_id:i public_hash payment_method_code type created_at expires_at gateway_token token_details is_active:b is_visible:b website_id:i",
  "sales-order-status-history":
    "comment created_at entity_id:i entity_name is_customer_notified:i is_visible_on_front:i parent_id:i status",
  "sales-order-extension":
    "shipping_assignments[]@sales-shipping-assignment payment_additional_info[]@payment-payment-additional-info company_order_attributes@company-company-order custom_fees[]@admin-ui-sdk-custom-fees-custom-fees applied_taxes[]@tax-order-tax-details-applied-tax item_applied_taxes[]@tax-order-tax-details-item converting_from_quote:b taxes[]@tax-order-tax additional_itemized_taxes[]@tax-order-tax-item base_customer_balance_amount:n customer_balance_amount:n base_customer_balance_invoiced:n customer_balance_invoiced:n base_customer_balance_refunded:n customer_balance_refunded:n base_customer_balance_total_refunded:n customer_balance_total_refunded:n gift_cards[]@gift-card-account-gift-card base_gift_cards_amount:n gift_cards_amount:n base_gift_cards_invoiced:n gift_cards_invoiced:n base_gift_cards_refunded:n gift_cards_refunded:n gift_message@gift-message-message gw_id gw_allow_gift_receipt gw_add_card gw_base_price gw_price gw_items_base_price gw_items_price gw_card_base_price gw_card_price gw_base_tax_amount gw_tax_amount gw_items_base_tax_amount gw_items_tax_amount gw_card_base_tax_amount gw_card_tax_amount gw_base_price_incl_tax gw_price_incl_tax gw_items_base_price_incl_tax gw_items_price_incl_tax gw_card_base_price_incl_tax gw_card_price_incl_tax gw_base_price_invoiced gw_price_invoiced gw_items_base_price_invoiced gw_items_price_invoiced gw_card_base_price_invoiced gw_card_price_invoiced gw_base_tax_amount_invoiced gw_tax_amount_invoiced gw_items_base_tax_invoiced gw_items_tax_invoiced gw_card_base_tax_invoiced gw_card_tax_invoiced gw_base_price_refunded gw_price_refunded gw_items_base_price_refunded gw_items_price_refunded gw_card_base_price_refunded gw_card_price_refunded gw_base_tax_amount_refunded gw_tax_amount_refunded gw_items_base_tax_refunded gw_items_tax_refunded gw_card_base_tax_refunded gw_card_tax_refunded pickup_location_code notification_sent:i send_notification:i coupon_codes[] coupon_discounts[] reward_points_balance:i reward_currency_amount:n base_reward_currency_amount:n",
  "sales-shipping-assignment": "shipping@sales-shipping items[]@sales-order-item stock_id:i",
  "sales-shipping": "address@sales-order-address method total@sales-total",
  "sales-total":
    "base_shipping_amount:n base_shipping_canceled:n base_shipping_discount_amount:n base_shipping_discount_tax_compensation_amnt:n base_shipping_incl_tax:n base_shipping_invoiced:n base_shipping_refunded:n base_shipping_tax_amount:n base_shipping_tax_refunded:n shipping_amount:n shipping_canceled:n shipping_discount_amount:n shipping_discount_tax_compensation_amount:n shipping_incl_tax:n shipping_invoiced:n shipping_refunded:n shipping_tax_amount:n shipping_tax_refunded:n",
  "payment-payment-additional-info": "key value",
  "company-company-order": "order_id:i company_id:i company_name",
  "admin-ui-sdk-custom-fees-custom-fees":
    "id order_id custom_fee_code custom_fee_label custom_fee_amount:n base_custom_fee_amount:n custom_fee_amount_invoiced:n base_custom_fee_amount_invoiced:n custom_fee_amount_refunded:n base_custom_fee_amount_refunded:n apply_fee_on_last_invoice:b apply_fee_on_last_creditmemo:b invoice_id creditmemo_id",
  "tax-order-tax-details-applied-tax":
    "code title percent:n amount:n base_amount:n extension_attributes@tax-order-tax-details-applied-tax-extension",
  "tax-order-tax-details-applied-tax-extension": "rates[]@tax-applied-tax-rate",
  "tax-applied-tax-rate": "code title percent:n",
  "tax-order-tax-details-item": "type item_id:i associated_item_id:i applied_taxes[]@tax-order-tax-details-applied-tax",
  "tax-order-tax": "tax_id:i order_id:i code title percent:n amount:n base_amount:n base_real_amount:n priority:i position:i process:i",
  "gift-card-account-gift-card": "id:i code amount:n base_amount:n",
  "sales-creditmemo":
    "adjustment:n adjustment_negative:n adjustment_positive:n base_adjustment:n base_adjustment_negative:n base_adjustment_positive:n base_currency_code base_discount_amount:n base_grand_total:n base_discount_tax_compensation_amount:n base_shipping_amount:n base_shipping_discount_tax_compensation_amnt:n base_shipping_incl_tax:n base_shipping_tax_amount:n base_subtotal:n base_subtotal_incl_tax:n base_tax_amount:n base_to_global_rate:n base_to_order_rate:n billing_address_id:i created_at creditmemo_status:i discount_amount:n discount_description email_sent:i entity_id:i global_currency_code grand_total:n discount_tax_compensation_amount:n increment_id invoice_id:i order_currency_code order_id:i shipping_address_id:i shipping_amount:n shipping_discount_tax_compensation_amount:n shipping_incl_tax:n shipping_tax_amount:n state:i store_currency_code store_id:i store_to_base_rate:n store_to_order_rate:n subtotal:n subtotal_incl_tax:n tax_amount:n transaction_id updated_at items[]@sales-creditmemo-item comments[]@sales-creditmemo-comment extension_attributes@sales-creditmemo-extension",
  "sales-creditmemo-item":
    "additional_data base_cost:n base_discount_amount:n base_discount_tax_compensation_amount:n base_price:n base_price_incl_tax:n base_row_total:n base_row_total_incl_tax:n base_tax_amount:n base_weee_tax_applied_amount:n base_weee_tax_applied_row_amnt:n base_weee_tax_disposition:n base_weee_tax_row_disposition:n description discount_amount:n entity_id:i discount_tax_compensation_amount:n name order_item_id:i parent_id:i price:n price_incl_tax:n product_id:i qty:n row_total:n row_total_incl_tax:n sku tax_amount:n weee_tax_applied weee_tax_applied_amount:n weee_tax_applied_row_amount:n weee_tax_disposition:n weee_tax_row_disposition:n",
  "sales-creditmemo-comment": "comment created_at entity_id:i is_customer_notified:i is_visible_on_front:i parent_id:i",
  "sales-creditmemo-extension":
    "base_customer_balance_amount:n customer_balance_amount:n base_gift_cards_amount:n gift_cards_amount:n gw_base_price gw_price gw_items_base_price gw_items_price gw_card_base_price gw_card_price gw_base_tax_amount gw_tax_amount gw_items_base_tax_amount gw_items_tax_amount gw_card_base_tax_amount gw_card_tax_amount",
  "quote-cart":
    "id:i created_at updated_at converted_at is_active:b is_virtual:b items[]@quote-cart-item items_count:i items_qty:n customer@customer-customer billing_address@quote-address reserved_order_id orig_order_id:i currency@quote-currency customer_is_guest:b customer_note customer_note_notify:b customer_tax_class_id:i store_id:i extension_attributes@quote-cart-extension",
  "quote-cart-item":
    "item_id:i sku qty:n name price:n product_type quote_id product_option@quote-product-option extension_attributes@quote-cart-item-extension",
  "quote-product-option": "extension_attributes@quote-product-option-extension",
  "quote-product-option-extension":
    "custom_options[]@catalog-custom-option bundle_options[]@bundle-bundle-option downloadable_option@downloadable-downloadable-option giftcard_item_option@gift-card-gift-card-option configurable_item_options[]@configurable-product-configurable-item-option-value grouped_options[]@grouped-product-grouped-options",
  "grouped-product-grouped-options": "id:i qty:i",
  "quote-cart-item-extension": "discounts[]@sales-rule-rule-discount negotiable_quote_item@negotiable-quote-negotiable-quote-item",
  "sales-rule-rule-discount": "discount_data@sales-rule-discount-data rule_label rule_i_d:i",
  "sales-rule-discount-data": "amount:n base_amount:n original_amount:n base_original_amount:n",
  "negotiable-quote-negotiable-quote-item":
    "item_id:i original_price:n original_tax_amount:n original_discount_amount:n extension_attributes@negotiable-quote-negotiable-quote-item-extension",
  "negotiable-quote-negotiable-quote-item-extension":
    "negotiated_price_type:i negotiated_price_value:n last_item_notes[]@negotiable-quote-item-note is_discounting_locked:b min_qty:n max_qty:n",
  "negotiable-quote-item-note": "note_id:i negotiable_quote_item_id:i creator_type:i creator_id:i note created_at",
  "quote-address":
    "id:i region region_id:i region_code country_id street[] company telephone fax postcode city firstname lastname middlename prefix suffix vat_id customer_id:i email same_as_billing:i customer_address_id:i save_in_address_book:i extension_attributes@quote-address-extension custom_attributes[]@framework-attribute",
  "quote-address-extension": "discounts[]@sales-rule-rule-discount gift_registry_id:i pickup_location_code",
  "quote-currency":
    "global_currency_code base_currency_code store_currency_code quote_currency_code store_to_base_rate:n store_to_quote_rate:n base_to_global_rate:n base_to_quote_rate:n",
  "quote-cart-extension":
    "shipping_assignments[]@quote-shipping-assignment negotiable_quote@negotiable-quote-negotiable-quote company_id:i coupon_codes[]",
  "quote-shipping-assignment": "shipping@quote-shipping items[]@quote-cart-item",
  "quote-shipping": "address@quote-address method",
  "negotiable-quote-negotiable-quote":
    "quote_id:i is_regular_quote:b status negotiated_price_type:i negotiated_price_value:n shipping_price:n quote_name expiration_period email_notification_status:i has_unconfirmed_changes:b is_shipping_tax_changed:b is_customer_price_changed:b notifications:i applied_rule_ids is_address_draft:b deleted_sku creator_id:i creator_type:i original_total_price:n base_original_total_price:n negotiated_total_price:n base_negotiated_total_price:n",
  "catalog-product":
    "id:i sku name attribute_set_id:i price:n status:i visibility:i type_id created_at updated_at weight:n extension_attributes@catalog-product-extension product_links[]@catalog-product-link options[]@catalog-product-custom-option media_gallery_entries[]@catalog-product-attribute-media-gallery-entry tier_prices[]@catalog-product-tier-price custom_attributes[]@framework-attribute",
  "catalog-product-extension":
    "website_ids[]:i category_links[]@catalog-category-link discounts[]@sales-rule-rule-discount bundle_product_options[]@bundle-option stock_item@catalog-inventory-stock-item downloadable_product_links[]@downloadable-link downloadable_product_samples[]@downloadable-sample giftcard_amounts[]@gift-card-giftcard-amount configurable_product_options[]@configurable-product-option configurable_product_links[]:i",
  "catalog-category-link": "position:i category_id",
  "bundle-option": "option_id:i title required:b type position:i sku product_links[]@bundle-link",
  "bundle-link": "id sku option_id:i qty:n position:i is_default:b price:n price_type:i can_change_quantity:i",
  "catalog-inventory-stock-item":
    "item_id:i product_id:i stock_id:i qty:n is_in_stock:b is_qty_decimal:b show_default_notification_message:b use_config_min_qty:b min_qty:n use_config_min_sale_qty:i min_sale_qty:n use_config_max_sale_qty:b max_sale_qty:n use_config_backorders:b backorders:i use_config_notify_stock_qty:b notify_stock_qty:n use_config_qty_increments:b qty_increments:n use_config_enable_qty_inc:b enable_qty_increments:b use_config_manage_stock:b manage_stock:b low_stock_date is_decimal_divided:b stock_status_changed_auto:i",
  "downloadable-link":
    "id:i title sort_order:i is_shareable:i price:n number_of_downloads:i link_type link_file link_file_content@downloadable-file-content link_url sample_type sample_file sample_file_content@downloadable-file-content sample_url",
  "downloadable-file-content": "file_data name",
  "downloadable-sample": "id:i title sort_order:i sample_type sample_file sample_file_content@downloadable-file-content sample_url",
  "gift-card-giftcard-amount": "attribute_id:i website_id:i value:n website_value:n",
  "configurable-product-option":
    "id:i attribute_id label position:i is_use_default:b values[]@configurable-product-option-value product_id:i",
  "configurable-product-option-value": "value_index:i",
  "catalog-product-link":
    "sku link_type linked_product_sku linked_product_type position:i extension_attributes@catalog-product-link-extension",
  "catalog-product-link-extension": "qty:n",
  "catalog-product-custom-option":
    "product_sku option_id:i title type sort_order:i is_require:b price:n price_type sku file_extension max_characters:i image_size_x:i image_size_y:i values[]@catalog-product-custom-option-values",
  "catalog-product-custom-option-values": "title sort_order:i price:n price_type sku option_type_id:i",
  "catalog-product-attribute-media-gallery-entry":
    "id:i media_type label position:i disabled:b types[] file content@framework-image-content extension_attributes@catalog-product-attribute-media-gallery-entry-extension",
  "catalog-product-attribute-media-gallery-entry-extension": "video_content@framework-video-content",
  "framework-video-content": "media_type video_provider video_url video_title video_description video_metadata",
  "catalog-product-tier-price": "customer_group_id:i qty:n value:n extension_attributes@catalog-product-tier-price-extension",
  "catalog-product-tier-price-extension": "percentage_value:n website_id:i",
  "inventory-api-source-item": "sku source_code quantity:n status:i",
  "store-store-config":
    "id:i code website_id:i locale base_currency_code default_display_currency_code timezone weight_unit base_url base_link_url base_static_url base_media_url secure_base_url secure_base_link_url secure_base_static_url secure_base_media_url",
  "catalog-category":
    "id:i parent_id:i name is_active:b position:i level:i children created_at updated_at path available_sort_by[] include_in_menu:b custom_attributes[]@framework-attribute",
};
