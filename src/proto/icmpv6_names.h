/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the numbers of ICMPv6 (IANA, "ICMPv6 Parameters", "RPL"). */
#ifndef SONDE_PROTO_ICMPV6_NAMES_H
#define SONDE_PROTO_ICMPV6_NAMES_H

#include "wire/field.h"

extern const struct value_name icmpv6_type_names[];
extern const struct value_name icmpv6_nd_ra_flag_prf_names[];
extern const struct value_name icmpv6_opt_type_names[];
extern const struct value_name icmpv6_opt_prefix_valid_lifetime_names[];
extern const struct value_name icmpv6_opt_prefix_preferred_lifetime_names[];
extern const struct value_name icmpv6_opt_route_info_flag_route_preference_names[];
extern const struct value_name icmpv6_opt_route_lifetime_names[];
extern const struct value_name icmpv6_opt_rdnss_lifetime_names[];
extern const struct value_name icmpv6_opt_dnssl_lifetime_names[];
extern const struct value_name icmpv6_opt_pref64_plc_names[];
extern const struct value_name icmpv6_opt_efo_prf_names[];
extern const struct value_name icmpv6_mldr_mar_record_type_names[];
extern const struct value_name icmpv6_ni_qtype_names[];
extern const struct value_name icmpv6_ext_echo_rsp_state_names[];
extern const struct value_name icmpv6_rr_pco_mp_opcode_names[];
extern const struct value_name icmpv6_rr_pco_up_validlifetime_names[];
extern const struct value_name icmpv6_rpl_dio_flag_mop_names[];
extern const struct value_name icmpv6_rpl_opt_type_names[];

#endif
