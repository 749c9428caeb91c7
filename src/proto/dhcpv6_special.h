/* SPDX-License-Identifier: Apache-2.0 */
/* The DHCPv6 options of a form of their own; only src/proto/dhcpv6*.c include it. */
#ifndef SONDE_PROTO_DHCPV6_SPECIAL_H
#define SONDE_PROTO_DHCPV6_SPECIAL_H

#include "proto/dhcpv6_parts.h"
#include "proto/dissect.h"

/* Says the value that c covers, of an option in this message. */
typedef void dhcpv6_special_fn(struct dissect *d, struct cursor *c, struct dhcpv6_message in);

/* ---- dhcpv6_lease.c ---- */

dhcpv6_special_fn dhcpv6_say_authentication;
dhcpv6_special_fn dhcpv6_say_client;
dhcpv6_special_fn dhcpv6_say_duid;
dhcpv6_special_fn dhcpv6_say_elapsed;
dhcpv6_special_fn dhcpv6_say_ia;
dhcpv6_special_fn dhcpv6_say_ia_address;
dhcpv6_special_fn dhcpv6_say_ia_prefix;
dhcpv6_special_fn dhcpv6_say_ia_ta;
dhcpv6_special_fn dhcpv6_say_relayed;
dhcpv6_special_fn dhcpv6_say_remote;
dhcpv6_special_fn dhcpv6_say_requested;
dhcpv6_special_fn dhcpv6_say_status;
dhcpv6_special_fn dhcpv6_say_user_class;
dhcpv6_special_fn dhcpv6_say_vendor_class;
dhcpv6_special_fn dhcpv6_say_vendor_options;

/* Options within an option's value, up to its end; deeper than DHCPV6_LEVELS_MAX they are left. */
dhcpv6_special_fn dhcpv6_say_options_within;

/* ---- dhcpv6_service.c ---- */

dhcpv6_special_fn dhcpv6_say_connect;
dhcpv6_special_fn dhcpv6_say_dns_flags;
dhcpv6_special_fn dhcpv6_say_exclude;
dhcpv6_special_fn dhcpv6_say_fqdn;
dhcpv6_special_fn dhcpv6_say_ntp;
dhcpv6_special_fn dhcpv6_say_query;
dhcpv6_special_fn dhcpv6_say_reconfigure;
dhcpv6_special_fn dhcpv6_say_relay_data;
dhcpv6_special_fn dhcpv6_say_s46_binding;
dhcpv6_special_fn dhcpv6_say_s46_dmr;
dhcpv6_special_fn dhcpv6_say_s46_ports;
dhcpv6_special_fn dhcpv6_say_s46_rule;
dhcpv6_special_fn dhcpv6_say_server_flags;
dhcpv6_special_fn dhcpv6_say_version;

/* A domain name (RFC 8415 s. 10) as field id, up to its root or the end of c. */
void dhcpv6_say_name(struct dissect *d, struct cursor *c, uint16_t id);

#endif
